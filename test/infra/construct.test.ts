import {
	App,
	Duration,
	RemovalPolicy,
	Stack,
	Stage,
	Validations,
} from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import flags from "aws-cdk-lib/recommended-feature-flags.json" with {
	type: "json",
};
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { providers, usualProviders } from "../../functions/providers.ts";
import { Billhook, type BillhookProps } from "../../infra/billhook.ts";
import {
	nameOf,
	ofType,
	permissionsOf,
	propertiesOf,
	type Template,
	templateOf,
} from "../support/template.ts";

const usualNames = usualProviders.map(({ name }) => name);
const [first = "", second = ""] = usualNames;

/** Somebody's own stack with Billhook in it. */
function somebodys(props?: BillhookProps, app: Stage = new App()) {
	const stack = new Stack(app, "Theirs");
	return { stack, billhook: new Billhook(stack, "Billhook", props) };
}

function reason(act: () => unknown): string {
	try {
		act();
	} catch (error) {
		return (error as Error).message;
	}
	throw new Error("nothing was refused");
}

describe("a consumer's grant", () => {
	const { stack, billhook } = somebodys();
	const consumer = new Role(stack, "Consumer", {
		assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
	});
	const grant = billhook.grantConsume(first, consumer);
	const template = templateOf(stack);

	test("covers the queue and the bodies of one provider, nothing else", () => {
		grant.assertSuccess();
		const [[, policy] = []] = ofType(template, "AWS::IAM::Policy");
		const role = { Type: "", Properties: { Policies: [policy?.Properties] } };
		expect(permissionsOf(role)).toEqual({
			[`${first}Queue`]: [
				"sqs:ChangeMessageVisibility",
				"sqs:DeleteMessage",
				"sqs:GetQueueAttributes",
				"sqs:GetQueueUrl",
				"sqs:ReceiveMessage",
			],
			[`Bucket/${first}/*`]: ["s3:GetObject"],
		});
	});

	test("needs a provider that is there", () => {
		const names = usualNames.join(", ");
		const wrong = `there is no provider "nobody" here; there are ${names}.`;
		expect(() => billhook.grantConsume("nobody", consumer)).toThrow(wrong);
		expect(() => billhook.queue("nobody")).toThrow(wrong);
	});

	test("is one of the handles that somebody's own stack builds on", () => {
		expect(stack.resolve(billhook.queue(second).queueArn)).toEqual({
			"Fn::GetAtt": [expect.stringContaining(`${second}Queue`), "Arn"],
		});
		expect(billhook.alarmTopic).toBeInstanceOf(Topic);
		expect(stack.resolve(billhook.api.apiId)).toEqual({
			Ref: expect.any(String),
		});
		expect(billhook.provider(first).webhook.role).toBeDefined();
	});
});

describe("a choice of providers", () => {
	const all = templateOf(somebodys().stack);
	const fewer = templateOf(somebodys({ providers: { [first]: {} } }).stack);

	test("leaves the others out, and their resources with them", () => {
		const queues = ofType(fewer, "AWS::SQS::Queue").map(([id]) => nameOf(id));
		expect(queues.sort()).toEqual([`${first}DeadLetterQueue`, `${first}Queue`]);
		expect(JSON.stringify(fewer)).not.toContain(second);
	});

	test("takes one that is available, which nobody gets unasked", () => {
		const { name = "" } = providers.find(({ available }) => available) ?? {};
		const queue = expect.stringContaining(`${name}Queue`);
		const idsOf = (template: Template) =>
			ofType(template, "AWS::SQS::Queue").map(([id]) => id);
		const named = templateOf(somebodys({ providers: { [name]: {} } }).stack);
		expect(idsOf(named)).toContainEqual(queue);
		expect(idsOf(all)).not.toContainEqual(queue);
	});

	test("changes nothing of one that stays", () => {
		const inRoom = Object.keys(all.Resources).filter((id) =>
			nameOf(id).startsWith(first),
		);
		expect(inRoom.length).toBeGreaterThan(10);
		for (const id of inRoom)
			expect(fewer.Resources[id]).toEqual(all.Resources[id]);
	});

	test("keeps tables and queues of one that goes, and nothing in the way of its return", () => {
		const gone = Object.entries(all.Resources).filter(
			([id]) => !(id in fewer.Resources),
		);
		const kept = gone.filter(([, { DeletionPolicy }]) =>
			DeletionPolicy?.startsWith("Retain"),
		);
		const queue = kept.find(([id]) => nameOf(id) === `${second}Queue`);
		const inbox = kept.find(([id]) => nameOf(id) === `${second}Inbox`);
		expect(queue).toBeDefined();
		expect(inbox).toBeDefined();
		// a kept resource with a name of its own would be in the way of the next of that name
		for (const [id, { Properties }] of kept)
			for (const key of ["Name", "TableName", "QueueName", "LogGroupName"])
				expect([id, Properties[key]]).toEqual([id, undefined]);
	});

	test.runIf(usualProviders[0]?.poll)(
		"may poll one more seldom, or spread its start",
		() => {
			const options = {
				pollEvery: Duration.minutes(90),
				pollWindow: Duration.minutes(15),
			};
			const { stack } = somebodys({ providers: { [first]: options } });
			expect(propertiesOf(templateOf(stack), `${first}Schedule`)).toMatchObject(
				{
					ScheduleExpression: "rate(90 minutes)",
					FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
				},
			);
		},
	);
});

describe("the construct", () => {
	test("gives everything the same id, whatever the app's feature flags and stages", () => {
		const ids = (stack: Stack) => Object.keys(templateOf(stack).Resources);
		const plain = ids(somebodys().stack);
		const flagged = new App({ context: flags });
		expect(ids(somebodys({}, flagged).stack)).toEqual(plain);
		const stage = new Stage(new App(), "Production");
		expect(ids(somebodys({}, stage).stack)).toEqual(plain);
	});

	test("takes retention, memory and address from its options", () => {
		const { stack } = somebodys({
			stage: "trial",
			retention: Duration.days(90),
			alarmEmail: "on-call@example.com",
			memorySize: { webhook: 2048 },
		});
		const template = templateOf(stack);
		const webhook = propertiesOf(template, `${first}Webhook`);
		expect(webhook.MemorySize).toBe(2048);
		expect(propertiesOf(template, `${first}Forward`).MemorySize).toBe(512);
		expect(webhook.Environment.Variables).toMatchObject({
			BILLHOOK_STAGE: "trial",
			BILLHOOK_PROVIDER: first,
			BILLHOOK_RETENTION_DAYS: "90",
		});
		const { Rules } = propertiesOf(template, "Bucket").LifecycleConfiguration;
		expect(Rules[0].ExpirationInDays).toBe(90 + 30);
		expect(ofType(template, "AWS::SNS::Subscription")).toMatchObject([
			[
				expect.any(String),
				{ Properties: { Protocol: "email", Endpoint: "on-call@example.com" } },
			],
		]);
	});

	test("warns of a memory that is shorter than the usual one, and says what may be told again", () => {
		for (const [days, warnings] of [
			[399, 1],
			[400, 0],
			[undefined, 0],
		] as const) {
			const retention = days ? Duration.days(days) : undefined;
			const { stack } = somebodys({ retention });
			const found = Annotations.fromStack(stack).findWarning(
				"*",
				Match.stringLikeRegexp("told again.*billhook:short-retention"),
			);
			expect(found).toHaveLength(warnings);
		}
	});

	test("passes AwsSolutions, and an unexplained finding beside it does not", () => {
		const app = new App();
		Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
		const { stack } = somebodys({ removalPolicy: RemovalPolicy.DESTROY }, app);
		new Topic(stack, "Unexplained");
		const report = reason(() => app.synth());
		expect(report).toContain("AwsSolutions-SNS3");
		expect(report).toContain("Theirs/Unexplained");
		expect(report).not.toContain("Theirs/Billhook");
	});
});
