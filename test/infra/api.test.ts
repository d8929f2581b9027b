import { App } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import { usualProviders } from "../../functions/providers.ts";
import type { BillhookProps } from "../../infra/props.ts";
import { BillhookStack } from "../../infra/stack.ts";
import { openTemplate } from "../../local/template/template.ts";
import { configFor } from "../support/installation.ts";
import { ofType, propertiesOf, say, templateOf } from "../support/template.ts";

const prod = templateOf(new BillhookStack(new App(), configFor()));
const properties = (name: string) => propertiesOf(prod, name);

describe("the API", () => {
	const routes = ofType(prod, "AWS::ApiGatewayV2::Route").map(
		([, { Properties }]) => Properties,
	);

	test("has one route for each provider, and one for the watches, which IAM guards", () => {
		const hooks = usualProviders.map(({ name, path }) => {
			const behind = path.map((segment) => `/{${segment}}`).join("");
			return `ANY /hooks/${name}/{token}${behind}`;
		});
		const open = routes.filter((route) => route.AuthorizationType === "NONE");
		const signed = routes.filter(
			(route) => route.AuthorizationType === "AWS_IAM",
		);
		expect(open.map(({ RouteKey }) => RouteKey).sort()).toEqual(hooks.sort());
		expect(signed.map(({ RouteKey }) => RouteKey)).toEqual([
			"ANY /watches/{provider}",
		]);
		expect(routes).toHaveLength(open.length + signed.length);
	});

	test("lets each function be called by its own route only", () => {
		const permissions = ofType(prod, "AWS::Lambda::Permission");
		expect(permissions).toHaveLength(routes.length);
		for (const [, { Properties }] of permissions) {
			const fn = say(Properties.FunctionName);
			const arn = say(Properties.SourceArn);
			expect(arn).toContain(
				fn === "Watch"
					? "/*/*/watches/{provider}"
					: `/*/*/hooks/${fn.replace(/Webhook$/, "")}/{token}`,
			);
		}
	});

	test("logs the route and never what a token or a person could be read from", () => {
		const { AccessLogSettings } = properties("ApiStage");
		const format = JSON.parse(AccessLogSettings.Format);
		expect(Object.values(format)).toEqual(
			expect.arrayContaining([
				"$context.requestId",
				"$context.routeKey",
				"$context.status",
			]),
		);
		expect(AccessLogSettings.Format).not.toMatch(
			/\$context\.(path|identity|authorizer|protocol|domain)/i,
		);
		expect(say(AccessLogSettings.DestinationArn)).toBe("ApiAccessLog");
	});

	test("logs lines that are JSON whatever a sender or the gateway says, the address only where it is asked for", () => {
		const formatOf = (props: BillhookProps) => {
			const template = templateOf(new BillhookStack(new App(), props));
			const { Format } = propertiesOf(template, "ApiStage").AccessLogSettings;
			return Object.values(JSON.parse(Format)).filter(
				(value) => value !== "prod",
			);
		};
		const [name = ""] = usualProviders.map(({ name }) => name);
		// what of an HTTP API's variables is a number, an id, an address or a word of the gateway's own
		const harmless = [
			"$context.requestId",
			"$context.routeKey",
			"$context.status",
			"$context.responseLatency",
			"$context.error.responseType",
		];
		const one = { providers: { [name]: {} } };
		expect(formatOf(one)).toEqual(harmless);
		expect(formatOf({ ...one, logSenders: true })).toEqual([
			...harmless,
			"$context.identity.sourceIp",
		]);
		const variables = (props: BillhookProps) =>
			propertiesOf(
				templateOf(new BillhookStack(new App(), props)),
				`${name}Webhook`,
			).Environment.Variables.BILLHOOK_LOG_SENDERS;
		expect(variables(one)).toBeUndefined();
		expect(variables({ ...one, logSenders: true })).toBe("yes");
	});

	test("logs under a name that no deleted stack has kept, and that costs no room in the account's policy", () => {
		const { LogGroupName } = properties("ApiAccessLog");
		const stackId =
			"arn:aws:cloudformation:eu-west-1:1:stack/billhook-prod/unique";
		const { text } = openTemplate(prod, {
			pseudo: { "AWS::StackId": stackId },
			named: () => ({ ref: "", attributes: {} }),
		});
		expect(text(LogGroupName)).toBe("/aws/vendedlogs/billhook/prod/unique");
	});

	test("throttles a provider's route, and reserves for its functions, as its options say", () => {
		const [{ name, path, poll } = { name: "", path: [], poll: undefined }] =
			usualProviders;
		const template = templateOf(
			new BillhookStack(new App(), {
				providers: {
					[name]: {
						throttle: { rateLimit: 20, burstLimit: 10 },
						reservedConcurrency: { webhook: 5, forward: 2, poll: 1 },
					},
					[usualProviders[1]?.name ?? ""]: {},
				},
			}),
		);
		const key = `ANY /hooks/${name}/${["token", ...path].map((part) => `{${part}}`).join("/")}`;
		expect(propertiesOf(template, "ApiStage").RouteSettings).toEqual({
			[key]: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 10 },
		});
		const reserved = (kind: string) =>
			propertiesOf(template, name + kind).ReservedConcurrentExecutions;
		expect(reserved("Webhook")).toBe(5);
		expect(reserved("Forward")).toBe(2);
		if (poll) expect(reserved("Poll")).toBe(1);
		expect(
			propertiesOf(template, `${usualProviders[1]?.name}Webhook`)
				.ReservedConcurrentExecutions,
		).toBeUndefined();
		expect(properties("ApiStage").RouteSettings).toBeUndefined();
	});

	test("throttles nobody before an account's own quota could", () => {
		expect(properties("ApiStage").DefaultRouteSettings).toMatchObject({
			ThrottlingRateLimit: 2500,
			ThrottlingBurstLimit: 1250,
		});
	});
});
