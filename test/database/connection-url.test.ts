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
    ["host=db port=5432 user=app password=s3cret dbname=vulcan", "is a list of settings"],
    ["  dbname=vulcan password=s3cret", "is a list of settings"],
    ["passfile=/run/s3cret dbname=vulcan", "is a list of settings"],
    ["postgres://app:s3cret@a.rds,b.rds/vulcan", "names several hosts"],
    ["postgres://app:s3cret@a.rds:5432,b.rds:5433/vulcan?target_session_attrs=read-write", "names several hosts"],
    ["postgres://a,b/db", "names several hosts"],
    ["postgresql:///vulcan?host=a.rds,b.rds&password=s3cret", "names several hosts"],
    ["'postgres://app:s3cret@db/vulcan'", "begins with a quotation mark"],
    ["jdbc:postgresql://db/vulcan?user=app&password=s3cret", "is a JDBC URL"],
    ["postgres://app:s3cret@db/vulcan?sslmode=verify_full", "unknown sslmode: it is one of disable"],
    ["postgres://app@db/vulcan?passfile=/run/s3cret", "names a passfile, which is not read"],
    ["postgres://db/vulcan?service=s3cret", "names a service, which is not read"],
    ["postgres://app:s3cret%zz@db/vulcan", "such as @ / ? # % in its password"],
  ])("%s is refused with what to change, and never repeated", (url, hint) => {
    expect(() => placeOf(url)).toThrow(hint);
    expect(() => placeOf(url)).toThrow(/^(?!.*s3cret)/);
  });

  it.each([
    "postgres://app:s3cret@db.example/vulcan?passfile=/run/pass",
    "postgres://app:p%2Css@db.example/vulcan",
    "postgres://app:p,ss@db.example/vulcan",
    "postgres://app:host=x@db.example/vulcan?sslmode=verify-full",
  ])("%s is taken", (url) => {
    expect(placeOf(url)).toContain("db.example");
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
