// The facility code is on the letter once; after the first sign-in this device remembers it.
const KEY = "stolpe.facilityCode";

export const facilityMemory = {
  read: (): string => localStorage.getItem(KEY) ?? "",
  keep: (code: string): void => (code ? localStorage.setItem(KEY, code) : localStorage.removeItem(KEY)),
};
