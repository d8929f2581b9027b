import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const app = join(import.meta.dirname, "../../infra/app.ts");

function refusal(context: object): string {
	const { status, stderr } = spawnSync(process.execPath, [app], {
		encoding: "utf8",
		env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) },
	});
	expect(status).toBe(1);
	return stderr;
}

test("what is wrong in the configuration is said without a trace of where it was found", () => {
	expect(refusal({ stage: "Prod_1" })).toMatch(
		/^Billhook cannot be built:\n {2}- there is no stage "Prod_1"; infra\/config\.ts has .*-c stage=… \[billhook:unknown-stage\]\n$/,
	);
});

test("providers named with -c stand in place of those that are configured", () => {
	expect(refusal({ providers: "nobody" })).toContain(
		'there is no provider "nobody"',
	);
	expect(refusal({ providers: ["one"] })).toContain(
		"it takes names, as -c providers=one,another",
	);
});

test("a word of -c that nobody knows is refused, and the CDK's own are not", () => {
	expect(
		refusal({ Stage: "dev", "aws:cdk:x": 1, "@aws-cdk/y": 1, "cdk-z": 1 }),
	).toBe(`Billhook cannot be built:
  - -c Stage=… means nothing here, nor as "context" of cdk.json or ~/.cdk.json; did you mean "stage"? [billhook:unknown-context]
`);
});
