import { App, Stack } from "aws-cdk-lib";
import { AccountPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { describe, expect, test } from "vitest";
import { providerNames } from "../../functions/providers.ts";
import { Billhook } from "../../infra/billhook.ts";
import { ofType, permissionsOf, templateOf } from "../support/template.ts";

const [first = "", second = ""] = providerNames;
const stack = new Stack(new App(), "Theirs");
const billhook = new Billhook(stack, "Billhook", {
	providers: { [first]: {}, [second]: {} },
});
for (const [id, act] of [
	["Looker", false],
	["Actor", true],
] as const) {
	const assumedBy = new AccountPrincipal("123456789012");
	billhook.grantOperate(new Role(stack, id, { assumedBy }), { act });
}
const template = templateOf(stack);
const policies = new Map(
	ofType(template, "AWS::IAM::Policy").map(([id, { Properties }]) => [
		id.startsWith("Looker") ? "Looker" : "Actor",
		Properties,
	]),
);
const may = (role: string) =>
	permissionsOf({ Type: "", Properties: { Policies: [policies.get(role)] } });

describe("whoever may run the command line", () => {
	test("to look, reads what is kept and no secret, and changes nothing but what it sees of a dead letter", () => {
		const actions = new Set(Object.values(may("Looker")).flat());
		expect([...actions].sort()).toEqual([
			"cloudwatch:GetMetricData",
			"dynamodb:BatchGetItem",
			"dynamodb:GetItem",
			"dynamodb:Query",
			"execute-api:Invoke",
			"logs:DescribeLogGroups",
			"logs:FilterLogEvents",
			"s3:GetObject",
			"sqs:ChangeMessageVisibility",
			"sqs:GetQueueAttributes",
			"sqs:ReceiveMessage",
			"ssm:GetParametersByPath",
		]);
		// a live queue's message is its consumer's
		expect(may("Looker")[`${first}Queue`]).toEqual(["sqs:GetQueueAttributes"]);
	});

	test("to act, may invoke the webhook function alone, and writes to no table", () => {
		const actor = may("Actor");
		const invoked = Object.entries(actor)
			.filter(([, actions]) => actions.includes("lambda:InvokeFunction"))
			.map(([name]) => name);
		expect(invoked.sort()).toEqual(
			[`${first}Webhook`, `${second}Webhook`].sort(),
		);
		const writes = Object.values(actor)
			.flat()
			.filter((action) =>
				/^dynamodb:(Put|Update|Delete|Batch[WP])/.test(action),
			);
		expect(writes).toEqual([]);
	});

	test("to act, adds lines to each provider's log, which whoever looks reads alone", () => {
		const ofLogs = (role: string) =>
			Object.entries(may(role))
				.map(([name, actions]): [string, string[]] => [
					name,
					actions.filter((action) => /^logs:(?!Describe)/.test(action)),
				])
				.filter(([, actions]) => actions.length > 0);
		const reads = ["logs:FilterLogEvents"];
		const adds = ["logs:CreateLogStream", ...reads, "logs:PutLogEvents"];
		const logs = [`${first}Log`, `${second}Log`];
		for (const [role, actions] of [
			["Looker", reads],
			["Actor", adds],
		] as const)
			expect(Object.fromEntries(ofLogs(role))).toEqual({
				...Object.fromEntries(logs.map((log) => [log, actions])),
				ApiAccessLog: reads,
			});
	});
});
