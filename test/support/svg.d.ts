// Pictures that the page imports are addresses to whoever bundles it.
declare module "*.svg" {
  const address: string;
  export default address;
}
