import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Memory } from "../../functions/asking/memory.ts";
import { withPatience } from "../../functions/aws/dynamodb.ts";
import { openMemory } from "../../functions/aws/memory.ts";
import { openDynamoDb } from "../../functions/aws/sdk/dynamodb.ts";
import { type Cloud, engines, openCloud } from "../support/cloud.ts";
import { openWire } from "../support/wire.ts";

const now = new Date("2026-11-21T12:00:00Z");
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

describe.each(engines)("what a run leaves for the next, on %s", (engine) => {
	let cloud: Cloud;
	let table: string;
	let memory: Memory;

	beforeAll(async () => {
		cloud = await openCloud({ engine });
		table = await cloud.watchesTable();
		memory = openMemory({
			table,
			now: () => now,
			dynamodb: withPatience(openDynamoDb()),
		});
	});
	afterAll(() => cloud[Symbol.asyncDispose]());

	test("is nothing at first, and then what was last put there", async () => {
		expect(await memory.read("cursor#a")).toBeUndefined();
		expect(await memory.replace("cursor#a", { since: "x" }, 0)).toBe(true);
		expect(await memory.replace("cursor#a", { since: "y" }, 1)).toBe(true);
		expect(await memory.read("cursor#a")).toEqual({
			value: { since: "y" },
			version: 2,
		});
	});

	test("is replaced only by who knew the latest", async () => {
		expect(await memory.replace("gate", 1, 0)).toBe(true);
		expect(await memory.replace("gate", 2, 0)).toBe(false);
		expect(await memory.replace("gate", 2, 7)).toBe(false);
		expect(await memory.replace("gate", 2, 1)).toBe(true);
	});

	test("is replaced by one of fifty at once", async () => {
		const won = await Promise.all(
			Array.from({ length: 50 }, (_, run) => memory.replace("lease", run, 0)),
		);
		expect(won.filter(Boolean)).toHaveLength(1);
		expect(await memory.read("lease")).toEqual({
			value: won.indexOf(true),
			version: 1,
		});
	});

	test("counts as replaced when only the answer got lost", async () => {
		let lost = 0;
		await using wire = await openWire(cloud.endpoints.dynamodb, () =>
			lost++ === 0 ? "lost" : undefined,
		);
		const dynamodb = withPatience(openDynamoDb(wire.endpoint));
		const shaky = openMemory({ table, dynamodb });
		expect(await shaky.replace("token#m", "t", 0)).toBe(true);
		expect(lost).toBe(2);
		expect(await memory.read("token#m")).toEqual({ value: "t", version: 1 });
	});

	test("remembers keys by their list until they expire, each with its note", async () => {
		const one = new Map(Object.entries({ 1: "[1]", 2: "[]" }));
		await memory.remember("a", one, later(60));
		await memory.remember("a", new Map([["3", "[]"]]), later(0));
		await memory.remember("b", new Map([["4", "[]"]]), later(1));
		expect(await memory.remembered("a", ["1", "2", "3", "4"])).toEqual(one);
		expect(await memory.remembered("b", ["1", "4"])).toEqual(
			new Map([["4", "[]"]]),
		);
		expect(await memory.remembered("b", [])).toEqual(new Map());
	});

	test("remembers more keys than one request holds", async () => {
		const keys = Array.from({ length: 230 }, (_, index) => `key ${index}`);
		const notes = new Map(keys.map((key) => [key, key]));
		await memory.remember("many", notes, later(60));
		expect(await memory.remembered("many", [...keys, "another"])).toEqual(
			notes,
		);
	});
});
