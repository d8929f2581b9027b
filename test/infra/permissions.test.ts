import { App } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import { usualProviders } from "../../functions/providers.ts";
import { BillhookStack } from "../../infra/stack.ts";
import { configFor } from "../support/installation.ts";
import {
	nameOf,
	ofType,
	permissionsOf,
	propertiesOf,
	say,
	templateOf,
} from "../support/template.ts";

const prod = templateOf(new BillhookStack(new App(), configFor()));
const names = usualProviders.map(({ name }) => name);
const polled = usualProviders.filter(({ poll }) => poll);
const properties = (name: string) => propertiesOf(prod, name);

describe("a role", () => {
	const logging = (name: string) => ({
		[`${name}Log`]: ["logs:CreateLogStream", "logs:PutLogEvents"],
	});
	const recording = (name: string) => ({
		[`${name}Inbox`]: [
			"dynamodb:PutItem",
			"dynamodb:Query",
			"dynamodb:UpdateItem",
		],
		[`Bucket/${name}/*`]: ["s3:PutObject"],
	});
	const may = (name: string) =>
		permissionsOf({ Type: "", Properties: properties(name) });

	test.each(usualProviders)(
		"of $name's webhook may take events on, nothing else",
		({ name, poll }) => {
			expect(may(`${name}WebhookRole`)).toEqual({
				...logging(name),
				...recording(name),
				[`${name}Inbox`]: [
					"dynamodb:DeleteItem",
					"dynamodb:GetItem",
					"dynamodb:PutItem",
					"dynamodb:Query",
					"dynamodb:UpdateItem",
				],
				[`Bucket/${name}/*`]: ["s3:GetObject", "s3:PutObject"],
				[`${name}WebhookSecret`]: ["secretsmanager:GetSecretValue"],
				...(poll?.watches && {
					[`${name}Watches`]: ["dynamodb:GetItem", "dynamodb:PutItem"],
				}),
			});
		},
	);

	test.each(names)(
		"of %s's forward function may read the stream, send, and keep what failed",
		(name) => {
			expect(may(`${name}ForwardRole`)).toEqual({
				...logging(name),
				[`${name}InboxStreamArn`]: [
					"dynamodb:DescribeStream",
					"dynamodb:GetRecords",
					"dynamodb:GetShardIterator",
					"dynamodb:ListStreams",
				],
				[`${name}Queue`]: ["sqs:SendMessage"],
				Bucket: ["s3:ListBucket"],
				[`Bucket/failures/${name}/*`]: ["s3:PutObject"],
				"Bucket/aws/lambda/*": ["s3:PutObject"],
			});
		},
	);

	test.each(names)(
		"of %s's forward function lets Lambda alone, and not the function's code, do what the mapping does",
		(name) => {
			const { Policies } = properties(`${name}ForwardRole`);
			const statements: { Condition?: object; Resource: unknown }[] =
				Policies[0].PolicyDocument.Statement;
			const forLambda = statements
				.filter(({ Condition }) => Condition)
				.map(({ Condition, Resource }) => {
					expect(Condition).toEqual({
						Null: { "lambda:SourceFunctionArn": "true" },
					});
					return say(Resource);
				});
			expect(forLambda.sort()).toEqual(
				["Bucket", "Bucket/aws/lambda/*", `${name}InboxStreamArn`].sort(),
			);
		},
	);

	test.each(polled)(
		"of $name's poll may take events on and remember where it was",
		({ name }) => {
			expect(may(`${name}PollRole`)).toEqual({
				...logging(name),
				...recording(name),
				[`${name}ApiSecret`]: ["secretsmanager:GetSecretValue"],
				[`${name}Inbox`]: [
					"dynamodb:GetItem",
					"dynamodb:PutItem",
					"dynamodb:Query",
					"dynamodb:UpdateItem",
				],
				[`${name}Watches`]: [
					"dynamodb:DeleteItem",
					"dynamodb:GetItem",
					"dynamodb:PutItem",
					"dynamodb:UpdateItem",
				],
				[`${name}Watches/index/by-due`]: ["dynamodb:Query"],
			});
			expect(may(`${name}ScheduleRole`)).toEqual({
				[`${name}Poll`]: ["lambda:InvokeFunction"],
			});
		},
	);

	test("of the watch function starts, lists and stops watches, where there are some", () => {
		const tables = polled
			.filter(({ poll }) => poll?.watches)
			.map(({ name }) => `${name}Watches`);
		expect(may("WatchRole")).toEqual({
			...logging("Watch"),
			...Object.fromEntries(
				tables.flatMap((table) => [
					[table, ["dynamodb:DeleteItem", "dynamodb:PutItem"]],
					[`${table}/index/by-due`, ["dynamodb:Query"]],
				]),
			),
		});
	});

	test("of a function that is not a poll reaches no token or cursor beside the watches", () => {
		const others = ofType(prod, "AWS::IAM::Role").filter(
			([id]) => !nameOf(id).endsWith("PollRole"),
		);
		const onWatches = others
			.flatMap(([, { Properties }]) => Properties.Policies)
			.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
			.filter(({ Resource }) => {
				const resource = say([Resource].flat()[0]);
				return resource.endsWith("Watches");
			});
		expect(onWatches.length).toBeGreaterThan(0);
		for (const { Condition } of onWatches)
			expect(Condition).toEqual({
				"ForAllValues:StringLike": {
					"dynamodb:LeadingKeys": ["watch#*", "reference#*"],
				},
			});
	});

	test.each(names)(
		"of %s's webhook reads and removes nothing of its inbox but quarantine",
		(name) => {
			const [{ PolicyDocument }] = properties(`${name}WebhookRole`).Policies;
			const statements: { Action: string | string[]; Condition?: object }[] =
				PolicyDocument.Statement;
			const reads = statements.filter(({ Action }) =>
				[Action].flat().includes("dynamodb:DeleteItem"),
			);
			expect(reads).toHaveLength(1);
			expect(reads[0]?.Condition).toEqual({
				"ForAllValues:StringLike": {
					"dynamodb:LeadingKeys": ["quarantine#*"],
				},
			});
		},
	);

	test("is one function's own, and holds no managed policy", () => {
		const functions = ofType(prod, "AWS::Lambda::Function");
		const roles = functions.map(([, { Properties }]) => say(Properties.Role));
		expect(new Set(roles).size).toBe(functions.length);
		for (const [, { Properties }] of ofType(prod, "AWS::IAM::Role"))
			expect(Properties.ManagedPolicyArns).toBeUndefined();
		expect(ofType(prod, "AWS::IAM::Policy")).toEqual([]);
	});
});
