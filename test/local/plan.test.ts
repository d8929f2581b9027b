import { expect, test } from "vitest";
import { readAssembly } from "../../local/template/assembly.ts";
import { type Plan, readPlan } from "../../local/template/plan.ts";
import type { Resource } from "../../local/template/template.ts";
import {
	lambda,
	routes,
	temporaryFolder,
	writeAssembly,
} from "../support/local-app.ts";
import { tableOf } from "../support/local-inbox.ts";

function planOf(resources: Record<string, Resource>): Plan {
	using folder = temporaryFolder();
	const assembly = readAssembly(
		writeAssembly(folder.path, { resources, code: { echo: "" } }),
	);
	return readPlan(assembly, {
		region: "us-east-1",
		account: "000000000000",
		endpoints: { api: "http://127.0.0.1:3000", sqs: "http://127.0.0.1:4566" },
	});
}

test("a resource that nobody understands is an error that names it", () => {
	expect(() =>
		planOf({
			Pipe: { Type: "AWS::Pipes::Pipe" },
			Table: { Type: "AWS::DynamoDB::GlobalTable", Properties: {} },
		}),
	).toThrow(
		/AWS::Pipes::Pipe Pipe: .*\n.*AWS::DynamoDB::GlobalTable Table: .*KeySchema/,
	);
});

test.each<[string, Resource]>([
	[
		'AWS::SQS::Queue Odd: Unrecognized key: "Colour"',
		{ Type: "AWS::SQS::Queue", Properties: { Colour: "green" } },
	],
	[
		'AWS::Lambda::Function Odd: Unrecognized key: "Layers"',
		lambda("echo", {}, { Layers: ["x"] }),
	],
	[
		"AWS::Scheduler::Schedule Odd: ScheduleExpression: cron(0 * * * ? *) is no rate",
		{
			Type: "AWS::Scheduler::Schedule",
			Properties: {
				ScheduleExpression: "cron(0 * * * ? *)",
				Target: { Arn: "arn" },
			},
		},
	],
	[
		"AWS::DynamoDB::Table Odd: resources of this type have no local counterpart",
		{ Type: "AWS::DynamoDB::Table", Properties: {} },
	],
	[
		"AWS::DynamoDB::GlobalTable Odd: Replicas: Too big",
		tableOf({
			Replicas: [{ Region: "us-east-1" }, { Region: "eu-west-1" }],
		}),
	],
	[
		'AWS::DynamoDB::GlobalTable Odd: Replicas.0: Unrecognized key: "KinesisStreamSpecification"',
		tableOf({
			Replicas: [{ Region: "us-east-1", KinesisStreamSpecification: {} }],
		}),
	],
	[
		"AWS::SQS::Queue Odd: there is no resource Missing",
		{
			Type: "AWS::SQS::Queue",
			Properties: { DelaySeconds: { Ref: "Missing" } },
		},
	],
])("says %j", (message, resource) => {
	expect(() => planOf({ Odd: resource })).toThrow(message);
});

test("what has no meaning on one machine is left out, whatever it says", () => {
	const plan = planOf({
		Role: { Type: "AWS::IAM::Role", Properties: { What: { Ref: "Ever" } } },
		Alarm: { Type: "AWS::CloudWatch::Alarm" },
		Emptier: { Type: "Custom::S3AutoDeleteObjects" },
	});
	expect(plan.of("AWS::Lambda::Function")).toEqual([]);
});

test("names and addresses are the same after every start", () => {
	const resources: Record<string, Resource> = {
		Dead: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } },
		Queue: {
			Type: "AWS::SQS::Queue",
			Properties: {
				FifoQueue: true,
				RedrivePolicy: {
					deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] },
					maxReceiveCount: 5,
				},
			},
		},
		Bucket: { Type: "AWS::S3::Bucket" },
		Fn: lambda("echo", {
			QUEUE: { Ref: "Queue" },
			BUCKET: { Ref: "Bucket" },
			API: { "Fn::GetAtt": ["Api", "ApiEndpoint"] },
			REGION: { Ref: "AWS::Region" },
		}),
		...routes({ "POST /": "Fn" }),
	};
	const plan = planOf(resources);
	expect(plan.of("AWS::Lambda::Function")[0]?.Environment.Variables).toEqual({
		QUEUE: "http://127.0.0.1:4566/000000000000/app-Queue.fifo",
		BUCKET: "app-bucket",
		API: "http://127.0.0.1:3000",
		REGION: "us-east-1",
	});
	expect(plan.of("AWS::SQS::Queue")[1]?.RedrivePolicy).toEqual({
		deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:app-Dead.fifo",
		maxReceiveCount: 5,
	});
	expect(JSON.stringify(planOf(resources).of("AWS::Lambda::Function"))).toBe(
		JSON.stringify(plan.of("AWS::Lambda::Function")),
	);
});
