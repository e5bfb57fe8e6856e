// Passwords, keys and user names by the words and identifiers before them, to their exact end; and code that only looks like it.
// Every fake value is put together at run time, so that no scanner finds one in the repository.
import { describe, expect, it } from "vitest";
import { found } from "./engine-under-test.ts";

const word = ["hun", "ter2"].join("");
const season = ["Som", "mer2024"].join("");
const token = ["q7XvT2mZ", "p9LrK4wY", "bN8s"].join("");
const hex = ["9f8e7d6c5b4a3928", "1706f5e4d3c2b1a0"].join("");

/** The password that is found in a text with one in the place of the mark. */
const passwordIn = (text: string, value: string): void => {
  expect(found(text.replace("@@", () => value)), text).toEqual([`PASSWORD:${value}`]);
};

describe("passwords", () => {
  it.each([
    "mon mot de passe est @@",
    "Mot de passe : @@",
    "mdp: @@",
    "mi contraseña es @@",
    "la clave es @@",
    "clave: @@",
    "la mia password è @@",
    "parola d'ordine: @@",
    "a minha senha é @@",
    "palavra-passe: @@",
    "mein Passwort lautet @@",
    "Kennwort lautet @@",
    "mijn wachtwoord is @@",
    "hasło: @@",
    "pass: @@",
    "password was @@",
    "the password's @@",
    "DB_PASS=@@",
    "MYSQL_PWD=@@",
    'temp password "@@"',
    "psql --password @@",
    "mysql -uroot -p@@ db",
    "sshpass -p '@@' ssh x",
    "docker login -u root -p @@ example",
  ])("[PII17] finds the password in: %s", (text) => {
    passwordIn(text, word);
  });

  it.each([
    ["new password: @@", ["Tr0ub4dor", "&3"]],
    ["password: @@", ["p@ss", ",word9"]],
    ["password: @@", ["abc", ";def99"]],
    ["password: @@", ["a)b", "(c99"]],
    ["My password is @@", ["Blue", "(42)"]],
    ['password: "@@"', ["two words", " 99"]],
    ["Das Passwort ist: @@", [season, "!"]],
    ["password is '@@'", ["blue-Whale", "-42"]],
    ["my password is @@", ["Tr0ub", "<4dor>3x"]],
    ["password: @@", ["abc", "`Xk92pq!"]],
    ["password=@@", ["Xk9", "&p=w0rd77"]],
    ["password: @@", ["Tr0ub", "\\4dor&3x"]],
    ["password: @@", ["Tr0ub", "&amp;4dor"]],
  ])("[PII17] reports a password to its end: %s", (text, parts) => {
    passwordIn(text, parts.join(""));
  });

  it.each([
    [`https://x.example/?password=${word}&page=2`, word],
    [`jdbc:x;Password=${word};Encrypt=true`, word],
    [`{"password": "${word}", "user": 1}`, word],
    [`(password: ${word})`, word],
    [`connect(password=${word},timeout=3)`, word],
    [`My password is ${word}, do not tell.`, word],
    [`user=x1&password=${word}&page=2`, word],
    [`password=${word}&page=2&size=3`, word],
    [`https://x.example/?password=${word}&amp;page=2`, word],
    [`<b>password: ${word}</b>`, word],
    [`password: ${word}<br>next`, word],
    [`<input password=${word}>`, word],
    [`\`password: ${word}\``, word],
    [`"password: ${word}\\n"`, word],
    [`"password: ${word}\\" x`, word],
  ])("[PII17] ends a password where another setting begins: %s", (text, value) => {
    expect(found(text).filter((s) => s.startsWith("PASSWORD"))).toEqual([`PASSWORD:${value}`]);
  });

  it.each([
    'password=os.environ["DB_PASS"]',
    'password = os.getenv("DB_PASS")',
    "password = getpass.getpass()",
    "const password = req.body.password;",
    "password=process.env.SECRET",
    "password=${PW}",
    "password: {{ vault_pw }}",
    "password: <your password>",
    "password: str",
    "password: string;",
    "password: z.string().min(8)",
    "password: required|min:8",
    "self.password = password",
    "PASSWORD_MIN_LENGTH=12",
    "password_min_length = 1024",
    "The password is case-sensitive",
    '{"password": "Enter your password"}',
    "pass: true",
    "pass: everything was tried",
    "passed: 12, pass: 120",
    "pin: 'top'",
    "se passe bien, ça passe est là",
    "mysql -u root -p db",
    "ssh login -p 22",
    "username: z.string()",
    "handle = heapq.heappop(queue)",
    "const handle = setTimeout(f, 5)",
    "key = `user:${id}`",
    "user = self.user_name.lower()",
  ])("[PII17] takes no code or prose for a password or user name: %s", (text) => {
    expect(found(text)).toEqual([]);
  });

  it("[PII17] keeps a user name's stops", () => {
    expect(found("skype: sunny.side")).toEqual(["USERNAME:sunny.side"]);
    expect(found("snapchat: sunny.side99")).toEqual(["USERNAME:sunny.side99"]);
  });
});

describe("keys", () => {
  it.each([
    ["my api key is @@", hex],
    ["the token is @@", token],
    ["myserver --api-key @@", token],
    ["secret @@", token],
    ["PHPSESSID=@@", token],
  ])("[PII17] finds the key in: %s", (text, value) => {
    expect(found(text.replace("@@", value))).toEqual([`SECRET:${value}`]);
  });

  it.each([
    'model: "gpt-4o-2024-08-06"',
    'model: "ft:gpt-3.5-turbo-0613:org"',
    "model: LanguageModelV4",
    'viewModel: "UserViewModelV2"',
    'author: "jd0e-9f2k-x1"',
    'rapid = "Q7x9-Zp4Lr2m"',
    'assessment: "Q3x-2024-zz9"',
    "const key = randomBytes(32);",
    "sharedKey = x25519.getSharedSecret(a, b)",
    "the key is practice",
    "my token is 123e4567-e89b-12d3-a456-426614174000",
    `the public key is ${token}`,
  ])("[PII17] takes no model, call or word for a key: %s", (text) => {
    expect(found(text)).toEqual([]);
  });

  it("[PII17] looks for no value behind each of the words of one unbroken run", () => {
    expect(found(`key+${token}`)).toEqual([]);
    expect(found(`key=$key=$key=$key=${token}`)).toEqual([]);
    expect(found(`key=$key=$key=$key=${token} password: ${word}`)).toEqual([`PASSWORD:${word}`]);
  });

  it("[PII17] finds private keys of wallets by their check", () => {
    const wif = ["5HueCGU8rMjxEXxiPuD5BDku4", "MkFqeZyd4dZ1jvhTVqvbTLvyTJ"].join("");
    expect(found(`import ${wif}`)).toEqual([`SECRET:${wif}`]);
    expect(found(`import ${wif.slice(0, -1)}K`)).toEqual([]);
  });

  it("[PII17] finds a seed phrase in a JSON array", () => {
    const words = "legal winner thank year wave sausage worth useful legal winner thank yellow".split(" ");
    expect(found(JSON.stringify(words))).toEqual([`SEED_PHRASE:${words.join('","')}`]);
  });

  it("[PII17] reports the credentials of a URL whole, an '@' in the password included", () => {
    const credentials = ["admin:S3cr3t", "P@ss"].join("");
    expect(found(`postgres://${credentials}@db.example.com:5432/app`)).toContain(`SECRET:${credentials}`);
  });
});
