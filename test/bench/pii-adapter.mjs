// The engine behind the scorer's contract: `name`, `types`, `async detect(text)`. Only names are mapped here, nothing is filtered.
import { createDetector } from "../../src/pii/detector.ts";
import { loadPiiModule } from "../../src/pii/load-node.ts";

const detector = createDetector(await loadPiiModule());

const NAMES = {
  EMAIL: "EMAIL_ADDRESS",
  PHONE: "PHONE_NUMBER",
  CARD: "CREDIT_CARD",
  IBAN: "IBAN_CODE",
  BANK_ROUTING: "ABA_ROUTING_NUMBER",
  BANK_ACCOUNT: "US_BANK_NUMBER",
  BTC: "CRYPTO",
  ETH: "CRYPTO_ETH",
  IP: "IP_ADDRESS",
  MAC: "MAC_ADDRESS",
  SEED_PHRASE: "SECRET",
  DATE: "DATE_TIME",
  NATIONALITY: "NRP",
  DRIVER_LICENCE: "DRIVER_LICENSE",
  VEHICLE_PLATE: "VEHICLE",
  MEDICAL_RECORD: "MRN",
  MEDICAL_LICENCE: "MEDICAL_LICENSE",
  IT_VAT: "IT_VAT_CODE",
  SE_ORG_NUMBER: "SE_ORGANISATIONSNUMMER",
  SG_NRIC: "SG_NRIC_FIN",
  TH_ID: "TH_TNIN",
  ZA_ID: "ZA_ID_NUMBER",
  FI_HETU: "FI_PERSONAL_IDENTITY_CODE",
  POSTCODE: "ZIP_CODE",
  FR_NIR: "NATIONAL_ID/FR",
  NL_BSN: "NATIONAL_ID/NL",
  PT_NIF: "NATIONAL_ID/PT",
  BE_NRN: "NATIONAL_ID/BE",
  CH_AHV: "NATIONAL_ID/CH",
  NO_FNR: "NATIONAL_ID/NO",
  DK_CPR: "NATIONAL_ID/DK",
  BR_CPF: "NATIONAL_ID/BR",
  NATIONAL_ID: "NATIONAL_ID/XX",
  BR_CNPJ: "BUSINESS_ID/BR",
};

export const name = "ghost-session";
export const types = [
  "EMAIL_ADDRESS",
  "PHONE_NUMBER",
  "CREDIT_CARD",
  "IBAN_CODE",
  "IP_ADDRESS",
  "MAC_ADDRESS",
  "URL",
  "CRYPTO_BTC",
  "CRYPTO_ETH",
  "NATIONAL_ID",
  "SECRET",
  "PERSON",
  "ADDRESS",
  "LOCATION",
  "DATE_TIME",
  "PASSPORT",
  "DRIVER_LICENSE",
  "VEHICLE",
  "BUSINESS_ID",
  "PROFESSIONAL_ID",
  "BANK",
  "POSTCODE",
  "MRN",
  "IMEI",
  "USERNAME",
  "ORGANIZATION",
  "NRP",
];

export async function detect(text) {
  return detector.detect(text).map((s) => ({ start: s.start, end: s.end, type: NAMES[s.type] ?? s.type }));
}
export const bench = (text) => detector.detect(text);
