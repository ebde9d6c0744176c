// What customers paid, what a provider settled and what the bank received: a settlement is looked at, taken in, and what does
// not agree ends by being matched or put right.
import { faults } from "./faults";
import { expect, place, test } from "./fixtures";
import { picture } from "./picture";

test("a settlement is taken in, and its differences are matched or put right", async ({
  host,
  desk: page,
}) => {
  const { organisation } = await place(page, host.url);
  const today = new Date().toISOString().slice(0, 10);
  const file = (rows: string) => ({
    name: "swish.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`Bokföringsdag;Referens;Belopp;Avgift;Netto\n${rows}`),
  });
  await page.goto(`${host.url}/admin/reconciliation`);
  await expect(page.getByText("Allt stämmer")).toBeVisible();
  expect(await faults(page)).toEqual([]);

  await page.getByRole("button", { name: "Läs in avräkning" }).click();
  const dialog = page.getByRole("dialog", { name: "Läs in avräkning" });
  const choose = async (chosen: ReturnType<typeof file>) => {
    const opened = page.waitForEvent("filechooser");
    await dialog.getByRole("button", { name: "Avräkningsfil" }).click();
    await (await opened).setFiles(chosen);
  };
  await dialog.getByRole("combobox", { name: "Betaltjänst" }).click();
  await page.getByRole("option", { name: "Swish" }).click();
  await choose(file(`${today};okänd;5,00;2,00;4,00\n`));
  await expect(dialog.getByRole("alert")).toContainText("Ingenting är inläst");
  await dialog.getByRole("button", { name: "Rensa" }).click();
  await choose(file(`${today};okänd;5,00;2,00;3,00\n`));
  await expect(dialog.getByRole("table", { name: "Avräkningar i filen" })).toContainText("0 kända, 1 okända");
  expect(await faults(page)).toEqual([]);
  await picture(page, "settlement-file");
  await dialog.getByRole("button", { name: "Läs in", exact: true }).click();
  await expect(page.getByText("En avräkning är inläst.")).toBeVisible();

  // The bank has received it.
  const day = today.replaceAll("-", "");
  const figure = (value: number, width: number) => String(value).padStart(width, "0");
  const bgmax = [
    `01BGMAX               01${day}173035010331P`,
    "050054029681          SEK",
    `200001234567${"".padStart(25)}${figure(300, 18)}02${figure(1, 12)}0`,
    "26GETSWISH AB",
    `15${figure(0, 35)}${day}00001${figure(300, 18)}SEK${figure(1, 8)}`,
    `70${figure(1, 8)}${figure(0, 8)}${figure(0, 8)}${figure(1, 8)}`,
  ];
  const sent = await page.request.post(
    `${host.url}/api/v1/bank-files?organisationId=${organisation}&fileName=bgmax.txt`,
    {
      headers: { "X-Requested-With": "stolpe", "Content-Type": "application/octet-stream" },
      data: Buffer.from(bgmax.map((line) => line.padEnd(80)).join("\r\n"), "latin1"),
    },
  );
  expect(sent.ok(), await sent.text()).toBe(true);
  await page.reload();
  const unknown = page.getByRole("row", { name: /Avräknat, okänd betalning/ });
  await expect(unknown).toContainText("okänd");
  expect(await faults(page)).toEqual([]);
  await picture(page, "reconciliation");
  // A day leads to the payments of that day, by the same clock.
  await page.getByRole("link", { name: "Swish", exact: true }).first().click();
  await expect(page).toHaveURL(new RegExp(`/payments\\?where=.*provider.*swish.*moved.*on.*${today}`));
  await expect(page.getByText("Pengarna kom eller gick tillbaka")).toBeVisible();
  await page.goBack();
  await expect(unknown).toBeVisible();

  await unknown.getByRole("button", { name: /^Ansvarig för/ }).click();
  const care = page.getByRole("dialog", { name: "Ansvarig och anteckning" });
  await care.getByRole("combobox", { name: "Ansvarig" }).click();
  await page.getByRole("option", { name: "Maria Ek" }).click();
  await care.getByRole("textbox", { name: "Anteckning" }).fill("ringt Swish");
  expect(await faults(page)).toEqual([]);
  await care.getByRole("button", { name: "Spara" }).click();
  await expect(unknown).toContainText("Maria Ek");
  await expect(unknown).toContainText("ringt Swish");

  await page.getByRole("button", { name: /^Är inbetalningen .* GETSWISH AB/ }).click();
  await expect(page.getByRole("row", { name: /inte mottaget på banken/ })).toHaveCount(0);
  await unknown.getByRole("button", { name: /^Rätta/ }).click();
  const right = page.getByRole("dialog", { name: /^Rätta en differens/ });
  await right.getByRole("textbox").fill("någon annans pengar");
  await right.getByRole("button", { name: "Rätta" }).click();
  await expect(page.getByText("Allt stämmer")).toBeVisible();
  await expect(page.getByText("Avstämt", { exact: true })).toBeVisible();
  expect(await faults(page)).toEqual([]);
});
