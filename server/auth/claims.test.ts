import { describe, expect, test } from "vitest";
import { readClaims, UnreadableGroupsError } from "./claims";

const SETTINGS = { issuer: "https://id.example", groupsClaim: "groups" };
const BASE = { iss: "https://id.example", sub: "u-1", iat: 1_800_000_000 };
const read = (also: Record<string, unknown>, settings = SETTINGS) =>
  readClaims({ ...BASE, ...also }, settings);

describe("claims", () => {
  test("of another issuer are refused, a slash at the end is not another", () => {
    expect(() => read({ iss: "https://evil.example" })).toThrow(/the issuer is/);
    expect(() => read({ iss: "https://id.example.evil.example" })).toThrow(/the issuer is/);
    expect(read({ iss: "https://id.example/" }).issuer).toBe("https://id.example");
  });
  test.each([{ sub: "" }, { sub: undefined }, { sub: 7 }, { sub: "x".repeat(256) }])(
    "%j are refused",
    (also) => {
      expect(() => read(also)).toThrow();
    },
  );
  test("a name is found in what there is", () => {
    expect(read({ name: " Ama " })).toMatchObject({ name: "Ama", isNamed: true });
    expect(read({ preferred_username: "ama" })).toMatchObject({ name: "ama", isNamed: false });
    expect(read({ email: "ama@id.example" }).name).toBe("ama@id.example");
    expect(read({ name: 7 }).name).toBe("u-1");
  });
  test("an address is confirmed only where the provider says so", () => {
    expect(read({ email: "Ama@Id.example" })).toMatchObject({
      email: "ama@id.example",
      isEmailVerified: null,
    });
    expect(read({ email: "a@id.example", email_verified: true }).isEmailVerified).toBe(true);
    expect(read({ email: "a@id.example", email_verified: "true" }).isEmailVerified).toBe(true);
    expect(read({ email: "a@id.example", email_verified: false }).isEmailVerified).toBe(false);
    expect(read({ email: "a@id.example", email_verified: "false" }).isEmailVerified).toBe(false);
    expect(read({ email: "a@id.example", email_verified: 1 }).isEmailVerified).toBeNull();
    expect(read({ email: "a＠id.example", email_verified: true }).email).toBeNull();
  });
  test("when somebody proved who they are is unknown without the claim", () => {
    expect(read({}).authenticatedAt).toBeNull();
    expect(read({ auth_time: 1_800_000_000 }).authenticatedAt).toEqual(new Date(1_800_000_000_000));
  });
});

describe("groups", () => {
  test.each([
    [undefined, []],
    [[], []],
    ["qa", ["qa"]],
    [
      ["qa", "developers", "qa"],
      ["developers", "qa"],
    ],
  ])("%j are %j", (groups, expected) => {
    expect(read({ groups }).groups).toEqual(expected);
  });
  test("are read from the claim that the configuration names", () => {
    const settings = { ...SETTINGS, groupsClaim: "https://meridian.example/roles" };
    expect(read({ "https://meridian.example/roles": ["qa"], groups: ["other"] }, settings).groups).toEqual([
      "qa",
    ]);
  });
  test.each([
    7,
    { qa: true },
    [["qa"]],
    [7],
    [""],
    ["x".repeat(301)],
    Array.from({ length: 1001 }, (_, n) => `g${n}`),
  ])("that cannot be read are no sign-in, and not no groups", (groups) => {
    expect(() => read({ groups })).toThrow(UnreadableGroupsError);
  });
  test("that Entra ID lists elsewhere, because they are too many, are no sign-in", () => {
    expect(() => read({ _claim_names: { groups: "src1" } })).toThrow(UnreadableGroupsError);
  });
});
