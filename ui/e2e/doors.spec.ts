// Every way in other than a password one remembers: by mail, with a code from the phone, with the recovery code.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { addPerson, expect, make, OWNER, place } from "./fixtures";
import { test } from "./mailServer";
import { oneTimeCode, stepAt } from "./oneTimeCode";

const NEW_PASSWORD = "Sommarhatt!2027";

test("who forgot the password comes in with the link from the mail, once", async ({
  desk: page,
  host,
  mail,
}) => {
  await page.context().clearCookies();
  await page.goto(`${host.url}/admin/sign-in`);
  await page.getByRole("button", { name: "Glömt lösenordet?" }).click();
  await page.getByLabel("E-post eller användarnamn").fill(OWNER.email);
  await page.getByRole("button", { name: "Skicka länk" }).click();
  await expect(page.getByText("Titta i din e-post")).toBeVisible();

  const link = await mail.link(OWNER.email);
  expect(link.origin).toBe(host.url);
  await open(page, link);
  await choose(page, NEW_PASSWORD, "Spara lösenordet");
  await expect(page.getByText("Lösenordet är bytt")).toBeVisible();
  await page.getByRole("button", { name: "Logga in" }).click();
  await fillSignIn(page, OWNER.email, OWNER.password);
  await expect(page.getByRole("alert")).toBeVisible();
  await fillSignIn(page, OWNER.email, NEW_PASSWORD);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("v. ");

  await open(page, link);
  await choose(page, "Vinterhatt!2028", "Spara lösenordet");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByText("Lösenordet är bytt")).toBeHidden();
});

test("a colleague comes in with the invitation from the mail", async ({
  desk: page,
  host,
  mail,
  browser,
}) => {
  await page.goto(`${host.url}/admin/staff`);
  await page.getByRole("button", { name: "Bjud in" }).click();
  const form = page.getByRole("dialog", { name: "Bjud in" });
  await form.getByLabel("Förnamn").fill("Per");
  await form.getByLabel("Efternamn").fill("Gran");
  await form.getByLabel("E-post").fill("per@ekbacken.se");
  await form.getByRole("button", { name: "Skicka inbjudan" }).click();
  await expect(form).toBeHidden();

  const colleague = await (await browser.newContext({ locale: "sv-SE" })).newPage();
  await open(colleague, await mail.link("per@ekbacken.se"));
  await expect(colleague.getByRole("heading", { level: 1 })).toHaveText("Välkommen, Per Gran");
  await expect(colleague.getByText(/Du är inbjuden till Brf Ekbacken/)).toBeVisible();
  await choose(colleague, NEW_PASSWORD, "Skapa mitt konto");
  await fillSignIn(colleague, "per@ekbacken.se", NEW_PASSWORD);
  await expect(colleague.getByRole("heading", { level: 1 })).toContainText("v. ");
  await expect(colleague.getByRole("link", { name: "Personer", exact: true })).toBeVisible();
  await expect(colleague.getByRole("link", { name: "Händelselogg" })).toBeHidden();
});

test("a resident who forgot the password comes in with the link from the mail", async ({
  desk: page,
  host,
  mail,
  browser,
}) => {
  const { facility } = await place(page, host.url);
  const person = await addPerson(page, host.url, {
    givenName: "Åsa",
    familyName: "Öberg",
    language: "sv",
    email: "asa@example.se",
  });
  const login = await make<{ id: string; username: string }>(page, host.url, "/logins", {
    personId: person.id,
    facilityId: facility,
  });
  // The password of the letter is the one that is forgotten.
  await make(page, host.url, "/letters", { loginIds: [login.id], order: "name" });
  await expect
    .poll(async () => {
      const { logins } = await (await page.request.get(`${host.url}/api/v1/persons/${person.id}`)).json();
      return logins[0].state;
    })
    .toBe("initial");

  const phone = await (await browser.newContext({ locale: "sv-SE" })).newPage();
  await phone.goto(`${host.url}/sign-in`);
  await phone.getByRole("button", { name: "Glömt lösenordet?" }).click();
  await phone.getByLabel("Anläggnings-ID").fill("EK1100");
  await phone.getByLabel("E-post eller användarnamn").fill(login.username);
  await phone.getByRole("button", { name: "Skicka länk" }).click();
  await expect(phone.getByText("Titta i din e-post")).toBeVisible();
  await open(phone, await mail.link("asa@example.se"));
  await choose(phone, NEW_PASSWORD, "Spara lösenordet");
  await phone.getByRole("button", { name: "Logga in" }).click();
  await phone.getByLabel("Anläggnings-ID").fill("EK1100");
  await phone.getByLabel("Användarnamn").fill(login.username);
  await phone.getByRole("textbox", { name: "Lösenord" }).fill(NEW_PASSWORD);
  await phone.getByRole("button", { name: "Logga in" }).click();
  await expect(phone.getByText("asa@example.se").first()).toBeVisible();
});

test("a code from the phone is asked for once it is turned on", async ({ desk: page, host }) => {
  await page.goto(`${host.url}/admin/settings/account`);
  await page.getByRole("button", { name: "Slå på", exact: true }).click();
  await expect(page.getByRole("img", { name: "QR-kod för kodappen" })).toBeVisible();
  const secret = ((await page.locator("code").textContent()) ?? "").replace(/\s/g, "");
  const step = stepAt(new Date());
  await page.getByLabel("Siffra 1").focus();
  await page.keyboard.type(oneTimeCode(secret, step));
  await expect(page.getByText("Tvåstegsinloggningen är på.")).toBeVisible();

  await page.context().clearCookies();
  await page.goto(`${host.url}/admin/sign-in`);
  await fillSignIn(page, OWNER.email, OWNER.password);
  await expect(page.getByRole("heading", { name: "Ett steg till" })).toBeVisible();
  // The code that turned it on has been used.
  await page.getByLabel("Siffra 1").focus();
  await page.keyboard.type(oneTimeCode(secret, step));
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Siffra 1").focus();
  await page.keyboard.type(oneTimeCode(secret, step + 1));
  // Back where they were.
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Inställningar");
  await expect(page.getByRole("button", { name: "Stäng av" })).toBeVisible();
});

test("the recovery code opens the secrets on a computer that has no key", async ({
  desk: page,
  host,
  installation,
}) => {
  const person = await addPerson(page, host.url, {
    givenName: "Anna",
    familyName: "Andersson",
    language: "sv",
    personalNumber: { country: "SE", number: "19811218-9876" },
  });
  await host.restart((folder) => rm(join(folder, "stolpe.key")));

  await page.goto(`${host.url}/admin/`);
  await expect(page.getByRole("heading", { name: "Hemligheterna är låsta" })).toBeVisible();
  await page.getByLabel("Återställningskod").fill("AAAA-BBBB-CCCC");
  await page.getByRole("button", { name: "Lås upp" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Återställningskod").fill(installation.recoveryCode);
  await page.getByRole("button", { name: "Lås upp" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("v. ");

  // The key is kept again: the next start asks for nothing, and what was sealed before the move can be read.
  await host.restart(async () => {});
  await page.goto(`${host.url}/admin/people?open=${person.id}`);
  await page.getByRole("button", { name: "Visa", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Anledning").fill("Kontroll efter flytten");
  await dialog.getByRole("button", { name: "Visa", exact: true }).click();
  await expect(page.getByText(/811218-?9876/)).toBeVisible();
});

/** Opens a link as a mail program does: from nothing, so that only its own address tells the page what to do. */
async function open(page: Page, link: URL): Promise<void> {
  await page.goto("about:blank");
  await page.goto(link.href);
}

async function choose(page: Page, password: string, submit: string): Promise<void> {
  await page.getByRole("textbox", { name: "Nytt lösenord" }).fill(password);
  await page.getByRole("textbox", { name: "Lösenordet igen" }).fill(password);
  await page.getByRole("button", { name: submit }).click();
}

async function fillSignIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel("E-post eller användarnamn").fill(username);
  await page.getByRole("textbox", { name: "Lösenord" }).fill(password);
  await page.getByRole("button", { name: "Logga in" }).click();
}
