import { join } from "node:path";
import { App, Stack, Stage } from "aws-cdk-lib";
import { Topic } from "aws-cdk-lib/aws-sns";
import { afterAll, expect, test } from "vitest";
import { Billhook } from "../../infra/billhook.ts";
import { readAssembly } from "../../local/template/assembly.ts";
import { readPlan } from "../../local/template/plan.ts";
import { elsewhere, inTypeScript } from "../support/provider-folder.ts";

const somewhere = elsewhere();
afterAll(() => somewhere[Symbol.dispose]());
const project = somewhere.write({ "acme/provider.ts": inTypeScript("acme") });
const from = join(project, "acme");

const outdir = join(project, "cdk.out");
const app = new App({ outdir });
const payments = new Stack(app, "Payments");
new Topic(payments, "Own");
new Billhook(payments, "Inbox", { providers: { acme: { from } } });
new Topic(new Stack(app, "Other"), "Topic");
const inner = new Stack(new Stage(app, "Test"), "Inner");
new Billhook(inner, "Inbox", { stage: "test", providers: { acme: { from } } });
app.synth();

test("runs what Billhook's construct has made, and leaves alone what else the stack holds", () => {
	const assembly = readAssembly(outdir, "Payments");
	const types = Object.entries(assembly.template.Resources).map(
		([id, { Type }]) => [Type, assembly.owns(id)],
	);
	expect(assembly.others).toBe(1);
	expect(types).toContainEqual(["AWS::SNS::Topic", false]);
	expect(types).toContainEqual(["AWS::SNS::Topic", true]);
	expect(assembly.folders).toEqual({ acme: from });
	const plan = readPlan(assembly, {
		region: "us-east-1",
		account: "000000000000",
		endpoints: { api: "http://127.0.0.1:3000", sqs: "http://127.0.0.1:4566" },
	});
	expect(plan.of("AWS::Lambda::Function")).toHaveLength(2);
	expect(plan.folders).toEqual({ acme: from });
});

test("finds the stack of a stage of the app, with what it names", () => {
	const assembly = readAssembly(outdir, "Test-Inner");
	const plan = readPlan(assembly, {
		region: "us-east-1",
		account: "000000000000",
		endpoints: { api: "http://127.0.0.1:3000", sqs: "http://127.0.0.1:4566" },
	});
	for (const { Code } of plan.of("AWS::Lambda::Function"))
		expect(plan.asset(Code.S3Key)).toContain(outdir);
});

test("asks which of several stacks is meant, and says where there is none", () => {
	expect(() => readAssembly(outdir)).toThrow(
		"Several stacks have an installation of Billhook: Payments, Test-Inner. Name the one to run: --stack Payments",
	);
	expect(() => readAssembly(outdir, "Other")).toThrow(
		'There is no stack "Other" with an installation of Billhook; there are Payments, Test-Inner.',
	);
	const empty = join(project, "empty");
	const without = new App({ outdir: empty });
	for (const name of ["One", "Two"]) new Topic(new Stack(without, name), "T");
	without.synth();
	expect(() => readAssembly(empty)).toThrow(/holds 2 stacks, and none with/);
});

test("refuses two installations in one stack", () => {
	const folder = join(project, "twice");
	const twice = new App({ outdir: folder });
	const stack = new Stack(twice, "Twice");
	for (const stage of ["one", "two"])
		new Billhook(stack, stage, { stage, providers: { acme: { from } } });
	twice.synth();
	expect(() => readAssembly(folder)).toThrow(/Twice has 2 installations/);
});
