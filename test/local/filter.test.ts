import { expect, test } from "vitest";
import { readFilter } from "../../local/stream/filter.ts";

const record = {
	eventName: "INSERT",
	dynamodb: {
		NewImage: { kind: { S: "event" }, attempt: { N: "1" } },
		SizeBytes: 3,
		OldImage: null,
	},
};

test.each<[object, boolean]>([
	[{ eventName: ["INSERT"] }, true],
	[{ eventName: ["MODIFY", "INSERT"] }, true],
	[{ eventName: ["REMOVE"] }, false],
	[{ eventName: ["insert"] }, false],
	[{ eventName: [{ "equals-ignore-case": "insert" }] }, true],
	[{ eventName: [{ prefix: "INS" }] }, true],
	[{ eventName: [{ prefix: "NS" }] }, false],
	[{ eventName: [{ suffix: "ERT" }] }, true],
	[{ eventName: [{ suffix: "ER" }] }, false],
	[{ eventName: [{ "anything-but": ["REMOVE"] }] }, true],
	[{ eventName: [{ "anything-but": "INSERT" }] }, false],
	[{ missing: [{ "anything-but": "INSERT" }] }, false],
	[{ eventName: [{ exists: true }] }, true],
	[{ missing: [{ exists: true }] }, false],
	[{ missing: [{ exists: false }] }, true],
	[{ missing: { deep: [{ exists: false }] } }, true],
	[{ dynamodb: { NewImage: { kind: { S: ["event"] } } } }, true],
	[{ dynamodb: { NewImage: { kind: { S: ["claim"] } } } }, false],
	[{ dynamodb: { SizeBytes: [3], OldImage: [null] } }, true],
	[{ eventName: ["INSERT"], dynamodb: { SizeBytes: [4] } }, false],
])("%j passes: %s", (pattern, passes) => {
	expect(readFilter([JSON.stringify(pattern)])(record)).toBe(passes);
});

test("one of several patterns is enough, and none lets everything pass", () => {
	const [yes, no] = ['{"eventName":["INSERT"]}', '{"eventName":["REMOVE"]}'];
	expect(readFilter([no, yes])(record)).toBe(true);
	expect(readFilter([no, no])(record)).toBe(false);
	expect(readFilter([])(record)).toBe(true);
});

test.each([
	'{"a":[{"numeric":[">",1]}]}',
	'{"a":[{"prefix":"a","suffix":"b"}]}',
	'{"$or":[{"a":[1]}]}',
	'{"a":"b"}',
])("says what it does not know: %s", (pattern) => {
	expect(() => readFilter([pattern])).toThrow(pattern);
});
