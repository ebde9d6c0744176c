// Somebody else at the desk: an accountant who was invited, and has signed in with a browser of their own.
import type { Browser, Page } from "@playwright/test";
import { expect, make, place } from "./fixtures";
import type { Mailbox } from "./mailServer";

const PER = { givenName: "Per", familyName: "Gran", email: "per@ekbacken.se" };
const PASSWORD = "Sommarhatt!2027";

/** Invites an accountant by `page` and signs them in. */
export async function colleague(page: Page, url: string, mail: Mailbox, browser: Browser): Promise<Page> {
  const { organisation } = await place(page, url);
  await make(page, url, "/staff", {
    ...PER,
    language: "sv",
    role: "accountant",
    scope: { kind: "organisation", id: organisation },
  });
  const token = (await mail.link(PER.email)).hash.slice(1);
  const elsewhere = await browser.newContext({ locale: "sv-SE" });
  const joined = await elsewhere.request.put(`${url}/api/v1/invitations/${token}`, {
    headers: { "X-Requested-With": "stolpe" },
    data: { password: PASSWORD },
  });
  expect(joined.ok(), await joined.text()).toBe(true);
  const desk = await elsewhere.newPage();
  await desk.goto(`${url}/admin/sign-in`);
  await desk.getByLabel("E-post eller användarnamn").fill(PER.email);
  await desk.getByRole("textbox", { name: "Lösenord" }).fill(PASSWORD);
  await desk.getByRole("button", { name: "Logga in" }).click();
  return desk;
}
