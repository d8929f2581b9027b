import { App, Duration, Stack } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
	Code,
	Function as LambdaFunction,
	Runtime,
} from "aws-cdk-lib/aws-lambda";
import { describe, expect, test } from "vitest";
import { providers } from "../../functions/providers.ts";
import { Billhook } from "../../infra/billhook.ts";
import {
	nameOf,
	ofType,
	permissionsOf,
	propertiesOf,
	type Template,
	templateOf,
} from "../support/template.ts";

const watched = providers.find(({ poll }) => poll?.watches)?.name ?? "";
const listed = providers.find(({ poll }) => !poll?.watches)?.name ?? "";

const stack = new Stack(new App(), "Theirs");
const billhook = new Billhook(stack, "Billhook", {
	providers: { [watched]: {}, [listed]: {} },
});

function functionOf(id: string, timeout?: Duration): LambdaFunction {
	return new LambdaFunction(stack, id, {
		runtime: Runtime.NODEJS_24_X,
		handler: "index.handler",
		code: Code.fromInline("exports.handler = async () => {};"),
		timeout,
	});
}

function policyOf(template: Template, role: string) {
	const [, policy] =
		ofType(template, "AWS::IAM::Policy").find(([id]) =>
			nameOf(id).startsWith(role),
		) ?? [];
	return permissionsOf({
		Type: "",
		Properties: { Policies: [policy?.Properties] },
	});
}

const consumer = functionOf("Consumer", Duration.minutes(1));
billhook.onEvent(watched, consumer);
const second = functionOf("Second");
const tooSlow = functionOf("TooSlow", Duration.seconds(361));
const refused = {
	second: reason(() => billhook.onEvent(watched, second)),
	tooSlow: reason(() => billhook.onEvent(listed, tooSlow)),
};
// what was refused has taken nobody's place
const edge = functionOf("Edge", Duration.minutes(6));
billhook.onEvent(listed, edge);
const caller = new Role(stack, "Caller", {
	assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
});
billhook.grantWatch(watched, caller).assertSuccess();
const template = templateOf(stack);

describe("a function that is given a provider's events", () => {
	test("gets them by tens, at once, each failure for itself, and none is filtered out", () => {
		const [[, mapping] = []] = ofType(
			template,
			"AWS::Lambda::EventSourceMapping",
		).filter(([id]) => nameOf(id).startsWith("Consumer"));
		expect(mapping?.Properties).toEqual({
			BatchSize: 10,
			EventSourceArn: {
				"Fn::GetAtt": [expect.stringContaining(`${watched}Queue`), "Arn"],
			},
			FunctionName: { Ref: expect.stringContaining("Consumer") },
			FunctionResponseTypes: ["ReportBatchItemFailures"],
		});
	});

	test("may consume before the mapping is made, which asks for it", () => {
		expect(policyOf(template, "ConsumerServiceRole")).toMatchObject({
			[`${watched}Queue`]: expect.arrayContaining(["sqs:ReceiveMessage"]),
			[`Bucket/${watched}/*`]: ["s3:GetObject"],
		});
		const [[, fn] = []] = ofType(template, "AWS::Lambda::Function").filter(
			([id]) => nameOf(id) === "Consumer",
		);
		expect(fn?.DependsOn?.map(nameOf)).toContain(
			"ConsumerServiceRoleDefaultPolicy",
		);
	});

	test("is the only one", () => {
		expect(refused.second).toMatch(/already.*\[billhook:two-consumers\]/);
	});

	const slow = (fn: LambdaFunction) =>
		Annotations.fromStack(stack).findWarning(
			`/${fn.node.path}`,
			Match.stringLikeRegexp("billhook:slow-consumer"),
		).length;

	test("may run for a minute without a word, for six with a warning, and no longer", () => {
		expect(slow(consumer)).toBe(0);
		expect(slow(edge)).toBe(1);
		expect(refused.tooSlow).toMatch(
			/Theirs\/TooSlow may run for 361 seconds.*\[billhook:consumer-timeout\]/,
		);
	});
});

describe("a grant to watch", () => {
	test("lets one call the watches of one provider", () => {
		const [[resource, actions] = []] = Object.entries(
			policyOf(template, "CallerDefaultPolicy"),
		);
		expect(actions).toEqual(["execute-api:Invoke"]);
		expect(resource).toMatch(
			new RegExp(
				`:execute-api:.*:.*ApiHttp/\\$default/\\*/watches/${watched}$`,
			),
		);
	});

	test("is refused where nothing can be watched", () => {
		expect(() => billhook.grantWatch(listed, caller)).toThrow(
			"[billhook:no-watches]",
		);
	});
});

test("a provider's queue is nobody else's place for dead letters", () => {
	expect(propertiesOf(template, `${watched}Queue`).RedriveAllowPolicy).toEqual({
		redrivePermission: "denyAll",
	});
});

function reason(act: () => unknown): string {
	try {
		act();
	} catch (error) {
		return (error as Error).message;
	}
	throw new Error("nothing was refused");
}
