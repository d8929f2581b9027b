import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const app = join(import.meta.dirname, "../../infra/app.ts");

test("what is wrong in the configuration is said without a trace of where it was found", () => {
	const { status, stderr } = spawnSync(process.execPath, [app], {
		encoding: "utf8",
		env: { ...process.env, CDK_CONTEXT_JSON: '{"stage":"Prod_1"}' },
	});
	expect(status).toBe(1);
	expect(stderr).toMatch(
		/^There is no stage "Prod_1"; infra\/config\.ts has .*-c stage=….*\n$/,
	);
});
