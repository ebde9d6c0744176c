// Rooms that are fetched when they are entered, by a browser that may be out of reach of the host just then.
import { type ComponentType, use } from "react";
import { client } from "../api/client";
import { Problem } from "../api/problem";

/** What to forget before rooms that could not be fetched are tried again. */
const failures = new Set<() => void>();

/** A page of a module that is fetched the first time it is shown. */
export function room<Module, Name extends keyof Module & string>(load: () => Promise<Module>, name: Name) {
  type Props = Module[Name] extends ComponentType<infer Of> ? Of : never;
  let Page: ComponentType<Props & object> | undefined;
  // Kept when it fails too: the page is drawn again at once after an error, and would otherwise ask without end.
  let coming: Promise<void> | undefined;
  const come = async () => {
    try {
      Page = (await load())[name] as ComponentType<Props & object>;
    } catch (error) {
      failures.add(() => {
        coming = undefined;
      });
      throw await whyNot(error, name);
    }
  };
  return function Room(props: Props & object) {
    if (!Page) {
      coming ??= come();
      use(coming);
    }
    const Entered = Page as unknown as ComponentType<Props & object>;
    return <Entered {...props} />;
  };
}

/** Lets rooms that could not be fetched be fetched again when they are next shown. */
export function tryRoomsAgain(): void {
  for (const forget of failures) forget();
  failures.clear();
}

/**
 * The host that answers has no such file: it is of another version than this page, which is fetched anew, once. A host
 * that does not answer is out of reach.
 */
async function whyNot(error: unknown, name: string): Promise<unknown> {
  try {
    await client.GET("/system");
  } catch {
    return new Problem({ status: 0, code: "network.unreachable" });
  }
  const key = `stolpe.fetchedAnew.${name}`;
  if (sessionStorage.getItem(key)) return error;
  sessionStorage.setItem(key, "1");
  window.location.reload();
  return new Promise(() => {});
}
