// The closed list of what the engine can report: one row per type, in the order of the engine's numeric ids.
// The build generates the engine's constants from this list. It must never be reordered at run time.

/** Coarse families, used for profiles, settings pages and evaluation. */
export type PiiFamily =
  | "contact"
  | "financial"
  | "network"
  | "secret"
  | "national-id"
  | "document"
  | "health"
  | "business"
  | "person"
  | "place"
  | "time"
  | "custom";

const TYPE_TABLE = [
  ["CUSTOM", "custom"],
  ["EMAIL", "contact"],
  ["PHONE", "contact"],
  ["USERNAME", "contact"],
  ["CARD", "financial"],
  ["IBAN", "financial"],
  ["BANK_ROUTING", "financial"],
  ["BANK_ACCOUNT", "financial"],
  ["BTC", "financial"],
  ["ETH", "financial"],
  ["IP", "network"],
  ["MAC", "network"],
  ["URL", "network"],
  ["IMEI", "network"],
  ["SECRET", "secret"],
  ["PASSWORD", "secret"],
  ["SEED_PHRASE", "secret"],
  ["US_SSN", "national-id"],
  ["US_ITIN", "national-id"],
  ["US_MBI", "national-id"],
  ["UK_NHS", "national-id"],
  ["UK_NINO", "national-id"],
  ["DE_TAX_ID", "national-id"],
  ["DE_TAX_NUMBER", "national-id"],
  ["DE_SOCIAL_SECURITY", "national-id"],
  ["DE_HEALTH_INSURANCE", "national-id"],
  ["DE_ID_CARD", "national-id"],
  ["FR_NIR", "national-id"],
  ["ES_NIF", "national-id"],
  ["ES_NIE", "national-id"],
  ["IT_FISCAL_CODE", "national-id"],
  ["IT_IDENTITY_CARD", "national-id"],
  ["NL_BSN", "national-id"],
  ["PT_NIF", "national-id"],
  ["BE_NRN", "national-id"],
  ["CH_AHV", "national-id"],
  ["PL_PESEL", "national-id"],
  ["SE_PERSONNUMMER", "national-id"],
  ["FI_HETU", "national-id"],
  ["NO_FNR", "national-id"],
  ["DK_CPR", "national-id"],
  ["TR_NATIONAL_ID", "national-id"],
  ["IN_AADHAAR", "national-id"],
  ["IN_PAN", "national-id"],
  ["IN_VOTER", "national-id"],
  ["AU_TFN", "national-id"],
  ["AU_MEDICARE", "national-id"],
  ["SG_NRIC", "national-id"],
  ["TH_ID", "national-id"],
  ["KR_RRN", "national-id"],
  ["KR_FRN", "national-id"],
  ["CA_SIN", "national-id"],
  ["BR_CPF", "national-id"],
  ["ZA_ID", "national-id"],
  ["NG_NIN", "national-id"],
  ["PH_TIN", "national-id"],
  ["NATIONAL_ID", "national-id"],
  ["PASSPORT", "document"],
  ["DRIVER_LICENCE", "document"],
  ["VEHICLE_PLATE", "document"],
  ["MEDICAL_RECORD", "health"],
  ["US_NPI", "health"],
  ["MEDICAL_LICENCE", "health"],
  ["DE_LANR", "health"],
  ["AU_ABN", "business"],
  ["AU_ACN", "business"],
  ["DE_VAT_ID", "business"],
  ["IT_VAT", "business"],
  ["DE_HANDELSREGISTER", "business"],
  ["SG_UEN", "business"],
  ["SE_ORG_NUMBER", "business"],
  ["KR_BRN", "business"],
  ["IN_GSTIN", "business"],
  ["BR_CNPJ", "business"],
  ["PERSON", "person"],
  ["NATIONALITY", "person"],
  ["ORGANIZATION", "person"],
  ["ADDRESS", "place"],
  ["LOCATION", "place"],
  ["POSTCODE", "place"],
  ["DATE", "time"],
  ["DATE_OF_BIRTH", "time"],
  ["AGE", "time"],
] as const satisfies readonly (readonly [string, PiiFamily])[];

/** A type the engine can report; also the word in its token, as in `[EMAIL_1]`. */
export type PiiType = (typeof TYPE_TABLE)[number][0];

/** All types, in the order of the engine's ids. */
export const PII_TYPES: readonly PiiType[] = TYPE_TABLE.map(([name]) => name);

/** Whether a text is the name of a type. */
export function isPiiType(text: string): text is PiiType {
  return (PII_TYPES as readonly string[]).includes(text);
}

/** The family of each type. */
export const PII_FAMILY: Readonly<Record<PiiType, PiiFamily>> = Object.fromEntries(TYPE_TABLE) as Record<
  PiiType,
  PiiFamily
>;
