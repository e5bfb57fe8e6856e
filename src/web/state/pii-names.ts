// Names of the kinds of personal data, in words.
import type { PiiSpan } from "../../client/index.ts";

const NAMES: Readonly<Partial<Record<PiiSpan["type"], string>>> = {
  EMAIL: "E-mail address",
  PHONE: "Phone number",
  USERNAME: "User name",
  CARD: "Card number",
  IBAN: "IBAN",
  BTC: "Bitcoin address",
  ETH: "Ethereum address",
  IP: "IP address",
  MAC: "Device address",
  URL: "Web address",
  SECRET: "Secret key",
  PASSWORD: "Password",
  SEED_PHRASE: "Seed phrase",
  US_SSN: "Social security number",
  PERSON: "Name",
  ORGANIZATION: "Organisation",
  NATIONALITY: "Nationality or group",
  ADDRESS: "Address",
  LOCATION: "Place",
  POSTCODE: "Postcode",
  DATE_OF_BIRTH: "Date of birth",
  CUSTOM: "Marked by you",
};

/** `DE_TAX_ID` becomes `DE tax id` where there is no better word. */
export function typeName(type: string): string {
  const known = NAMES[type as PiiSpan["type"]];
  if (known !== undefined) return known;
  const [first = "", ...rest] = type.split("_");
  const head = first.length <= 2 && rest.length > 0 ? first : first.charAt(0) + first.slice(1).toLowerCase();
  return [head, ...rest.map((word) => word.toLowerCase())].join(" ");
}
