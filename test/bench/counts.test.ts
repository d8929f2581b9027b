import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { kinds } from "../../bench/deliveries.ts";
import { openLab } from "../../bench/lab.ts";
import { limits } from "../../bench/limits.ts";
import { checkAnswers, steps } from "../../bench/parts/answers.ts";

// counts, never times: the same on every machine, however busy
const lab = await openLab({ say: () => {} });
afterAll(() => lab[Symbol.asyncDispose]());
const { costs } = await checkAnswers(lab);
const { bundles } = lab.product;

type Entry = keyof typeof limits.bundles;

function limitOf(bundle: string) {
	return limits.bundles[bundle.replace(/-.*/, "") as Entry];
}

describe.each(Object.keys(bundles))("the bundle %s", (name) => {
	const bundle = bundles[name];
	const limit = limitOf(name);

	test("has a limit, and is no larger", () => {
		expect(bundle?.bytes).toBeLessThanOrEqual(limit.bytes);
		expect(bundle?.modules).toBeLessThanOrEqual(limit.modules);
	});

	// each costs a part of every cold start
	test("loads no more of Node than it has to", () => {
		expect(builtinsOf(name)).toBeLessThanOrEqual(limit.builtins);
	});
});

describe.each(kinds)("a delivery, %s", (kind) => {
	test.each(steps)("%s, calls and writes no more than it has to", (step) => {
		const { calls, writeUnits, readUnits } = costs.product[kind][step];
		const limit = limits.deliveries[kind][step];
		const counted = Object.values(calls).reduce((sum, one) => sum + one, 0);
		expect(counted).toBeLessThanOrEqual(limit.calls);
		expect(writeUnits).toBeLessThanOrEqual(limit.writeUnits);
		expect(readUnits).toBeLessThanOrEqual(limit.readUnits);
	});
});

/** Node's own modules that are there after the bundle has been loaded, and were not before. */
function builtinsOf(name: string): number {
	const { product, front } = lab;
	const code = join(product.app, "bundles", name, "index.js");
	const script = `
		const before = process.moduleLoadList.length;
		require(${JSON.stringify(code)});
		console.log(process.moduleLoadList.length - before);
		process.exit();
	`;
	const env = { ...front.environment, ...product.variables };
	return Number(execFileSync(process.execPath, ["-e", script], { env }));
}
