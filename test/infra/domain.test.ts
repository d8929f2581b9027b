import { App, type Stack } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { expect, test } from "vitest";
import { providerNames } from "../../functions/providers.ts";
import { ConfigurationError } from "../../infra/configuration-error.ts";
import type { Domain } from "../../infra/props.ts";
import { BillhookStack } from "../../infra/stack.ts";
import { readParameters } from "../../local/installed.ts";
import { readAssembly } from "../../local/template/assembly.ts";
import { readPlan } from "../../local/template/plan.ts";
import { temporaryFolder } from "../support/local-app.ts";
import {
	nameOf,
	ofType,
	propertiesOf,
	say,
	templateOf,
} from "../support/template.ts";

const [first = ""] = providerNames;
const name = "hooks.example.com";

/** An installation of one provider with a domain, whose other options are made in its stack. */
function installed(
	own: (stack: Stack) => Partial<Domain>,
	app: App = new App(),
): BillhookStack {
	return new BillhookStack(app, {
		providers: { [first]: {} },
		inStack: (stack) => ({
			domain: {
				name,
				certificate: Certificate.fromCertificateArn(
					stack,
					"Certificate",
					"arn:aws:acm:eu-central-1:111122223333:certificate/1",
				),
				...own(stack),
			},
		}),
	});
}

const zoneOf = (stack: Stack, zoneName = "example.com") =>
	HostedZone.fromHostedZoneAttributes(stack, "Zone", {
		hostedZoneId: "Z1",
		zoneName,
	});

const named = templateOf(installed((stack) => ({ hostedZone: zoneOf(stack) })));

test("a domain leads to the API's stage, and its hosted zone to the domain", () => {
	expect(propertiesOf(named, "ApiDomainMapping")).toMatchObject({
		DomainName: { Ref: expect.stringContaining("ApiDomainName") },
		Stage: "$default",
	});
	const [[, mapping] = []] = ofType(named, "AWS::ApiGatewayV2::ApiMapping");
	expect(mapping?.DependsOn?.map(nameOf)).toContain("ApiStage");
	const domain = propertiesOf(named, "ApiDomainName");
	expect(domain.DomainName).toBe(name);
	expect(domain.DomainNameConfigurations).toMatchObject([
		{ EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" },
	]);
	expect(domain.MutualTlsAuthentication).toBeUndefined();
	const record = propertiesOf(named, "ApiDomainRecord");
	expect(record).toMatchObject({ Name: `${name}.`, Type: "A" });
	expect(say(record.AliasTarget.DNSName)).toBe(
		"ApiDomainNameRegionalDomainName",
	);
});

test("a domain is in every address that people and tools are told", () => {
	expect(named.Outputs.BillhookApiUrl?.Value).toBe(`https://${name}`);
	expect(say(named.Outputs.BillhookDomainTarget?.Value)).toBe(
		"ApiDomainNameRegionalDomainName",
	);
	const { Value } = propertiesOf(named, `${first}Parameter`);
	expect(JSON.parse(say(Value)).api).toBe(`https://${name}`);
	expect(propertiesOf(named, "ApiHttp").DisableExecuteApiEndpoint).toBe(
		undefined,
	);
});

test("without a hosted zone nothing is pointed anywhere", () => {
	const template = templateOf(installed(() => ({})));
	expect(ofType(template, "AWS::Route53::RecordSet")).toEqual([]);
});

test("mutual TLS closes the address that would lead around it, unless told otherwise", () => {
	const mutual = (own: Partial<Domain>) =>
		templateOf(
			installed((stack) => ({
				mutualTls: {
					bucket: Bucket.fromBucketName(stack, "Trusted", "trusted"),
					key: "authorities.pem",
				},
				...own,
			})),
		);
	const closed = mutual({});
	expect(propertiesOf(closed, "ApiDomainName").MutualTlsAuthentication).toEqual(
		{ TruststoreUri: "s3://trusted/authorities.pem" },
	);
	expect(propertiesOf(closed, "ApiHttp").DisableExecuteApiEndpoint).toBe(true);
	const open = mutual({ disableDefaultEndpoint: false });
	expect(
		propertiesOf(open, "ApiHttp").DisableExecuteApiEndpoint,
	).toBeUndefined();
});

test("a name outside its hosted zone is refused", () => {
	const wrong = () =>
		installed((stack) => ({ hostedZone: zoneOf(stack, "ample.com") }));
	expect(wrong).toThrow(ConfigurationError);
	expect(wrong).toThrow(
		'domain.name is "hooks.example.com", which does not lie in the hosted zone "ample.com". [billhook:domain-outside-zone]',
	);
});

test("a domain is none of the local cloud's, whose API answers at its own address", () => {
	using folder = temporaryFolder();
	const app = new App({ outdir: folder.path });
	installed((stack) => ({ hostedZone: zoneOf(stack) }), app);
	app.synth();
	const plan = readPlan(readAssembly(folder.path), {
		region: "us-east-1",
		account: "000000000000",
		endpoints: { api: "http://127.0.0.1:3000", sqs: "http://127.0.0.1:4566" },
	});
	const parameters = readParameters(plan, "http://127.0.0.1:3000");
	expect(parameters[`/billhook/prod/${first}`]).toMatchObject({
		api: "http://127.0.0.1:3000",
	});
});
