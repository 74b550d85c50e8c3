import {
  AWS_SERVICES,
  type AwsService,
  type ConfiguredEndpoint,
  type Endpoints,
  endpointsOf,
  endpointVariable,
  JOURNAL_SERVICES,
  SERVICE_IDS,
} from "../../domain/aws/endpoints.ts";
import { usageError } from "../../domain/error.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { type AwsFiles, readAwsFiles, type Section } from "./aws-files.ts";
import { isAwsApi } from "./require-aws-endpoint.ts";

/**
 * Where the requests of each service go, in the AWS CLI's order: the service's variable, AWS_ENDPOINT_URL, the profile's
 * `services` section, the profile's `endpoint_url`. (docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html)
 * `hasJournal`: a shared journal is set up, so its services are asked, too.
 * The SDK's own resolution is not used: it reads the profile of the environment, whatever profile the client was given.
 */
export async function configuredEndpoints(
  env: NodeJS.ProcessEnv,
  profile: string | undefined,
  files?: AwsFiles,
  { hasJournal = false }: { readonly hasJournal?: boolean } = {},
): Promise<Endpoints> {
  if (isTrue(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)) return endpointsOf([]);
  const settings = settingsOf(files ?? (await readAwsFiles(env)), profile || env.AWS_PROFILE || "default");
  if (isTrue(settings.own.ignore_configured_endpoint_urls)) return endpointsOf([]);
  const found = AWS_SERVICES.flatMap((service) => {
    // A database that a developer has of his own says nothing of a target without a shared journal.
    const isAsked = hasJournal || !JOURNAL_SERVICES.has(service);
    return fromEnvironment(service, env, isAsked) ?? fromProfile(service, settings, isAsked) ?? [];
  });
  return endpointsOf(found);
}

const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === "true";

interface ProfileSettings {
  readonly name: string;
  readonly own: Section;
  readonly services: Section;
}

function settingsOf(files: AwsFiles, name: string): ProfileSettings {
  const own = files.profile(name) ?? {};
  if (own.services === undefined) return { name, own, services: {} };
  const services = files.services(own.services);
  if (services === undefined) throw noSuchSection(own.services, name);
  return { name, own, services };
}

/** `isAsked`: what is said of this service alone counts. */
function fromEnvironment(
  service: AwsService,
  env: NodeJS.ProcessEnv,
  isAsked: boolean,
): ConfiguredEndpoint | undefined {
  const variable = [...(isAsked ? [endpointVariable(service)] : []), "AWS_ENDPOINT_URL"].find(
    (name) => (env[name] ?? "") !== "",
  );
  const url = variable === undefined ? undefined : env[variable];
  if (variable === undefined || url === undefined) return undefined;
  return endpoint(service, url, variable, `unset ${variable}`);
}

function fromProfile(
  service: AwsService,
  { name, own, services }: ProfileSettings,
  isAsked: boolean,
): ConfiguredEndpoint | undefined {
  const key = `${SERVICE_IDS[service].replaceAll(" ", "_").toLowerCase()}.endpoint_url`;
  const [url, section] =
    isAsked && services[key] ? [services[key], `services ${own.services}`] : [own.endpoint_url, `profile ${name}`];
  if (!url) return undefined;
  const source = sanitise(`endpoint_url of ${section} in the AWS configuration`);
  return endpoint(service, url, source, sanitise(`remove endpoint_url of ${section} from the AWS configuration`));
}

function endpoint(service: AwsService, url: string, source: string, remedy: string): ConfiguredEndpoint {
  // The text itself is shown, recorded and compared, so it must be safe as it is.
  if (!URL.canParse(url) || sanitise(url) !== url)
    throw usageError("endpoint-invalid", `${source} is no URL: ${shownUrl(url)}`, [remedy]);
  const parsed = new URL(url);
  const unused = unusedPart(parsed);
  if (unused !== undefined)
    throw usageError("endpoint-invalid", `${source} has ${unused}, which no request sends`, [remedy]);
  // `localhost:4566` is a URL whose scheme is `localhost`.
  if (!/^https?:$/.test(parsed.protocol)) {
    const message = `${source} does not begin with https:// or http://: ${shownUrl(url)}`;
    throw usageError("endpoint-invalid", message, [remedy]);
  }
  return { service, url, source, remedy, isAws: isAwsApi(parsed) };
}

/** What has an @ may have a password before it, however it is written. */
const shownUrl = (url: string): string => (url.includes("@") ? "it has an @" : sanitise(url, { most: 120 }));

/** The SDK takes scheme, host, port and path. The rest would only be shown, and may be a secret. */
function unusedPart({ username, password, search, hash }: URL): string | undefined {
  if (username !== "" || password !== "") return "a user or a password";
  if (search !== "") return "a query";
  return hash === "" ? undefined : "a fragment";
}

function noSuchSection(section: string, profile: string): Error {
  const message = `profile ${sanitise(profile)} of the AWS configuration names the section [services ${sanitise(section)}], and there is none`;
  return usageError("endpoint-invalid", message);
}
