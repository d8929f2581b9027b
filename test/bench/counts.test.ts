import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { deliveryOf, kinds } from "../../bench/deliveries.ts";
import { openLab } from "../../bench/lab.ts";
import { openInvoker } from "../../bench/lambda/invoker.ts";
import { limits } from "../../bench/limits.ts";
import { checkAnswers, steps } from "../../bench/parts/answers.ts";
import { maxBodyBytes } from "../../functions/delivery/parse.ts";

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

const frame =
	'{"entity_id":"e","statement_id":"s","progress":"completed","load":';
const room = maxBodyBytes - frame.length - 100;

function nested(open: string, close: string): string {
	const levels = Math.floor(room / (open.length + close.length)) - 1;
	return `${open.repeat(levels)}1${close.repeat(levels)}`;
}

function listed(each: string): string {
	const count = Math.floor(room / (each.length + 1));
	return `[${Array(count).fill(each).join()}]`;
}

function named(member: (index: number) => string): string {
	const count = Math.floor(room / (member(room).length + 1));
	return `{${Array.from({ length: count }, (_, index) => member(index))}}`;
}

// only who has the token can send them; the parser takes memory outside the heap, and what is done with waits to be collected
test("a webhook function with a third of its memory for a heap survives the worst bodies, one after another", async () => {
	const { MemorySize } = lab.product.webhook;
	await using webhook = await openInvoker(lab.deployed.product, MemorySize / 3);
	const deep = nested("[", "]");
	const loads = [
		deep,
		nested('{"":', "}"),
		nested('[{"a":', "}]"),
		listed(`${"[".repeat(100)}${"]".repeat(100)}`),
		listed("{}"),
		listed('{"1000":1}'),
		named((index) => `"${index.toString(36)}":{}`),
	];
	const delivered: [body: string, status: number][] = [
		...loads.map((load, index): [string, number] => [
			`${frame.replace('"s"', `"${index}"`)}${load}}`,
			200,
		]),
		[deep, 422],
		[deep.slice(0, -1), 400],
	];
	for (const [body, status] of delivered) {
		const { answers } = await webhook.invoke([deliveryOf(body)]);
		expect(answers).toEqual([expect.objectContaining({ statusCode: status })]);
	}
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
