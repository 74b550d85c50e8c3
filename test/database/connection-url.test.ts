import { describe, expect, it } from "vitest";
import { connectionString, placeOf, urlAt } from "../../src/database/connection-url.ts";

describe("the database's URL", () => {
  it.each([
    ["postgres://app:s3cret@db.example:6432/vulcan?sslmode=require", "app@db.example:6432/vulcan"],
    ["postgresql://db.example/vulcan", "db.example:5432/vulcan"],
    ["postgres://app:p%40ss@[::1]:5432/vulcan", "app@[::1]:5432/vulcan"],
    ["postgres:///vulcan?host=/run/postgresql", "/run/postgresql:5432/vulcan"],
  ])("%s is shown without its password", (url, place) => {
    expect(placeOf(url)).toBe(place);
  });

  it.each([
    "s3cret",
    "mysql://app:s3cret@db/vulcan",
    "postgres://app:12#s3cret@db/vulcan",
    "postgres://app:12/s3cret@db/vulcan",
    "postgres://app:12?s3cret@db/vulcan",
    "postgres://app:s3cret#@db/vulcan",
    "postgres://app:%E0%A4%A@db/vul%E0%A4%A",
  ])("%s is refused, and never repeated", (url) => {
    expect(() => placeOf(url)).toThrow(/^(?!.*s3cret).*VULCAN_DATABASE_URL is no URL/);
  });

  it.each([
    ["?sslmode=require", "?sslmode=verify-full"],
    ["?a=b&sslmode=verify-ca&c=d", "?a=b&sslmode=verify-full&c=d"],
    ["?sslmode=disable", "?sslmode=disable"],
    ["?uselibpqcompat=true&sslmode=require", "?uselibpqcompat=true&sslmode=require"],
    ["", ""],
  ])("%s goes to pg as %s: what asks for TLS has it verified", (given, handed) => {
    expect(connectionString(`postgres://db/vulcan${given}`)).toBe(`postgres://db/vulcan${handed}`);
  });

  it.each([
    ["postgres://app:p%40ss@db/vulcan?sslmode=require", "postgres://app:p%40ss@copy.rds:5433/vulcan?sslmode=require"],
    ["postgresql://app@db/vulcan?host=tunnel&port=99", "postgresql://app@copy.rds:5433/vulcan"],
    ["postgres:///vulcan?host=/run/postgresql", "postgres://copy.rds:5433/vulcan"],
  ])("%s at another place is %s", (url, moved) => {
    expect(urlAt(url, "copy.rds", 5433)).toBe(moved);
  });
});
