import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import {
	ListSecretsCommand,
	SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { RegionInfo } from "aws-cdk-lib/region-info";
import { afterEach, describe, expect, test, vi } from "vitest";
import { endpointOf } from "../../functions/aws/signed/endpoint.ts";

afterEach(() => {
	vi.unstubAllEnvs();
});

/** Where the SDK would send a request now. */
async function asked(
	send: (requestHandler: { handle(request: Sent): never }) => Promise<unknown>,
): Promise<string> {
	let origin = "";
	const handle = ({ protocol, hostname, port, path }: Sent): never => {
		origin = `${protocol}//${hostname}${port ? `:${port}` : ""}${path}`;
		throw new Error("It is not sent.");
	};
	await send({ handle }).catch(() => {});
	return origin;
}

interface Sent {
	protocol: string;
	hostname: string;
	port?: number;
	path: string;
}

const once = { maxAttempts: 1 };
const services = {
	dynamodb: () =>
		asked((requestHandler) =>
			new DynamoDBClient({ ...once, requestHandler }).send(
				new ListTablesCommand(),
			),
		),
	secretsmanager: () =>
		asked((requestHandler) =>
			new SecretsManagerClient({ ...once, requestHandler }).send(
				new ListSecretsCommand(),
			),
		),
	s3: () =>
		asked((requestHandler) =>
			new S3Client({ ...once, requestHandler }).send(new ListBucketsCommand()),
		),
};
const each = Object.entries(services) as [
	keyof typeof services,
	() => Promise<string>,
][];

function inEnvironment(variables: Record<string, string>): void {
	const access = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s" };
	for (const [name, value] of Object.entries({ ...access, ...variables }))
		vi.stubEnv(name, value);
}

const regions = RegionInfo.regions.map(({ name }) => name);

describe.each(each)("the endpoint of %s is the SDK's", (service, byTheSdk) => {
	test.each(["false", "true"])(
		"in every region, where FIPS is %s",
		async (AWS_USE_FIPS_ENDPOINT) => {
			const different: unknown[] = [];
			for (const AWS_REGION of regions) {
				inEnvironment({ AWS_REGION, AWS_USE_FIPS_ENDPOINT });
				const ours = endpointOf(service);
				const theirs = await byTheSdk();
				// the SDK knows none where FIPS is not offered; ours is one that nobody answers at
				if (theirs === "" && ours.url.host.includes("-fips.")) continue;
				if (ours.url.href !== theirs || ours.isElsewhere)
					different.push([AWS_REGION, ours.url.href, theirs]);
			}
			expect(regions.length).toBeGreaterThan(30);
			expect(different).toEqual([]);
		},
	);

	const own = `AWS_ENDPOINT_URL_${service === "secretsmanager" ? "SECRETS_MANAGER" : service.toUpperCase()}`;
	test.each<Record<string, string>>([
		{ [own]: "http://127.0.0.1:4566" },
		{ AWS_ENDPOINT_URL: "https://aws.example:8443/all" },
		{ [own]: "http://own.example", AWS_ENDPOINT_URL: "http://all.example" },
		{ [own]: "", AWS_ENDPOINT_URL: "http://all.example" },
		{ [own]: "http://x.example", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
	])("where the environment has %j", async (variables) => {
		inEnvironment({ AWS_REGION: "eu-central-1", ...variables });
		const { url } = endpointOf(service);
		expect(url.href.replace(/\/?$/, "/")).toBe(await byTheSdk());
	});

	test("another, where one is given; and none without a region", () => {
		inEnvironment({ AWS_REGION: "eu-central-1", [own]: "http://x.example" });
		const given = endpointOf(service, "http://given.example");
		expect(given).toMatchObject({ isElsewhere: true, region: "eu-central-1" });
		expect(given.url.host).toBe("given.example");
		vi.stubEnv("AWS_REGION", undefined);
		expect(() => endpointOf(service)).toThrow("AWS_REGION");
	});
});
