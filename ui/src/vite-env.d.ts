/// <reference types="vite/client" />
declare module "@fontsource-variable/inter";
declare module "words-of-the-desk/*" {
  const catalogue: import("./i18n/text").Catalogue;
  export default catalogue;
}

declare module "words-of-the-portal/*" {
  const catalogue: import("./i18n/text").Catalogue;
  export default catalogue;
}
