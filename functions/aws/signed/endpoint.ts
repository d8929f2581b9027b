const variables = {
	dynamodb: "AWS_ENDPOINT_URL_DYNAMODB",
	s3: "AWS_ENDPOINT_URL_S3",
	secretsmanager: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
};

export type Service = keyof typeof variables;

/** Of the partitions whose domain is another, by how their regions begin. */
const domains: readonly [string, string][] = [
	["cn-", "amazonaws.com.cn"],
	["eusc-", "amazonaws.eu"],
	["us-iso-", "c2s.ic.gov"],
	["us-isob-", "sc2s.sgov.gov"],
	["us-isof-", "csp.hci.ic.gov"],
	["eu-isoe-", "cloud.adc-e.uk"],
];

/** As the SDK reads the environment: a service's own variable, the one for all, FIPS, the region; `isElsewhere` where it is not AWS's own. */
export function endpointOf(service: Service, endpoint?: string) {
	const { env } = process;
	const region = env.AWS_REGION;
	if (!region) throw new Error("AWS_REGION is not set.");
	const isIgnored = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === "true";
	const configured = env[variables[service]] || env.AWS_ENDPOINT_URL;
	const given = endpoint ?? (isIgnored ? undefined : configured);
	if (given) return { url: new URL(given), region, isElsewhere: true };
	const [, domain = "amazonaws.com"] =
		domains.find(([begin]) => region.startsWith(begin)) ?? [];
	// in GovCloud every endpoint of DynamoDB is one
	const isFips =
		env.AWS_USE_FIPS_ENDPOINT === "true" &&
		!(service === "dynamodb" && region.startsWith("us-gov-"));
	const host = `${service}${isFips ? "-fips" : ""}.${region}.${domain}`;
	return { url: new URL(`https://${host}`), region, isElsewhere: false };
}
