import { describe, expect, test } from "vitest";
import { once } from "../../functions/inbox/identity.ts";
import { equals } from "../../functions/proofs/equals.ts";
import dealpos from "../../functions/providers/dealpos/provider.ts";
import { readBody, readEvent } from "../support/examples.ts";

const payment = {
	ID: "p",
	InvoiceID: "i",
	Outlet: "Outlet1",
	Number: "2020.07.0001",
	Amount: 100000,
	Method: "Cash",
	Date: "2020-07-01",
	Created: "2020-07-31",
	Creator: "Example Cashier",
};
const texts = Object.keys(payment).filter((field) => field !== "Amount");

function read(group: string, event: string, body: unknown = payment) {
	return readEvent(dealpos, body, { group, event });
}

function stateOf(...delivery: Parameters<typeof read>): string {
	const { identity } = read(...delivery);
	if (identity.kind !== "state") throw new Error("not a state");
	return identity.value;
}

function wrongFields(...[group, event, body]: [string, string, unknown]) {
	try {
		readBody(dealpos, body, { group, event });
	} catch (error) {
		const { issues } = error as { issues: { path: PropertyKey[] }[] };
		return issues.map(({ path }) => path.join("."));
	}
	return [];
}

describe("a dealpos payment", () => {
	test("is one lane of states, its creation with a key of its own", () => {
		expect(read("payment", "created")).toMatchObject({
			type: "payment.created",
			subject: "p",
			identity: { kind: "state", lane: "payment", key: "created" },
		});
		expect(read("payment", "updated")).toMatchObject({
			type: "payment.updated",
			subject: "p",
			identity: { kind: "state", lane: "payment", key: undefined },
		});
		expect(stateOf("payment", "updated")).toBe(stateOf("payment", "created"));
	});

	test("has its documented fields as its value, and no other", () => {
		for (const field of texts.filter((field) => field !== "ID"))
			expect(
				stateOf("payment", "updated", { ...payment, [field]: "x" }),
			).not.toBe(stateOf("payment", "updated"));
		expect(stateOf("payment", "updated", { ...payment, Amount: 1.5 })).not.toBe(
			stateOf("payment", "updated"),
		);
		expect(stateOf("payment", "updated", { ...payment, CreatorID: "x" })).toBe(
			stateOf("payment", "updated"),
		);
	});

	test.each([
		["2020-07-01", "2020-07-01T00:00:00"],
		["2020-07-01", "2020-07-01T10:28:56.6691072"],
		["2020-07-01", "01 Jul 2020 00:00"],
		["2020-07-01", "1 July 2020"],
		["", "0001-01-01T00:00:00"],
	])("is the same whether its day is written %j or %j", (one, other) => {
		const read = (day: string) =>
			readEvent(
				dealpos,
				{ ...payment, Date: day, Created: day },
				{ group: "payment", event: "updated" },
			).identity;
		expect(read(one)).toEqual(read(other));
		expect(read(one)).not.toEqual(read("2020-07-02"));
		expect(read("soon")).not.toEqual(read("later"));
	});

	test("is deleted once, and written off once with the same fields", () => {
		expect(read("payment", "deleted").identity).toEqual(once("p", "deleted"));
		const writeoff = read("payment", "writeoff");
		expect(writeoff.identity).toEqual(
			once("p", "writeoff", expect.any(String) as unknown as string),
		);
		expect(
			read("payment", "writeoff", { ...payment, TagID: "t" }).identity,
		).not.toEqual(writeoff.identity);
	});

	test.each(["created", "updated", "deleted", "writeoff"])(
		"that is %s names each missing, empty or wrong field",
		(event) => {
			expect(wrongFields("payment", event, {})).toEqual(Object.keys(payment));
			expect(
				wrongFields("payment", event, { ...payment, Amount: "1" }),
			).toEqual(["Amount"]);
			const blank = Object.fromEntries(texts.map((field) => [field, ""]));
			const mayBeEmpty = ["updated", "deleted"].includes(event)
				? ["Date", "Created"]
				: [];
			expect(wrongFields("payment", event, { ...payment, ...blank })).toEqual(
				texts.filter((field) => !mayBeEmpty.includes(field)),
			);
			expect(wrongFields("payment", event, [payment])).toEqual([""]);
		},
	);
});

describe("dealpos's other groups", () => {
	test("are states of the thing with that ID in that group", () => {
		const body = { ID: "p", Name: "Coffee" };
		expect(read("product", "updated", body)).toMatchObject({
			type: "product.updated",
			subject: "product/p",
			identity: {
				kind: "state",
				lane: "state",
				key: undefined,
				recurring: false,
			},
		});
		expect(stateOf("product", "created", body)).not.toBe(
			stateOf("product", "updated", body),
		);
		expect(stateOf("product", "updated", { ...body, Name: "Tea" })).not.toBe(
			stateOf("product", "updated", body),
		);
	});

	test.each([undefined, null, ""])(
		"are known by their content where the ID is %j",
		(ID) => {
			const body = { ID, Number: "O.0001" };
			const created = read("outbound-logistic", "created", body);
			expect(created.subject).toMatch(/^[\w-]{43}$/);
			expect(created.identity).toMatchObject({
				kind: "state",
				withinSeconds: 3600,
				recurring: true,
			});
		},
	);

	test("tell what happened to the same body apart", () => {
		const body = { Name: "Example Customer" };
		const values = [
			stateOf("customer", "created", body),
			stateOf("customer", "deleted", body),
			stateOf("supplier", "created", body),
		];
		expect(new Set(values).size).toBe(3);
		expect(read("customer", "created", body).subject).toBe(
			read("customer", "deleted", body).subject,
		);
	});

	test("are objects", () => {
		expect(wrongFields("product", "created", [{ ID: "p" }])).toEqual([""]);
		expect(wrongFields("product", "created", { ID: {} })).toEqual(["ID"]);
	});
});

describe("dealpos's path", () => {
	test.each([
		["sales-order", "created"],
		["payment", "archived"],
		["constructor", "name"],
		["unrecognized", "created"],
	])(
		"goes with the body of a group or event nobody declared: %s/%s",
		(group, event) => {
			const body = [payment];
			expect(read(group, event, body)).toMatchObject({
				type: "unrecognized",
				text: JSON.stringify({ group, event, body }),
				identity: { kind: "state", withinSeconds: 3600, recurring: true },
			});
			expect(read(group, `${event}-2`, body).subject).not.toBe(
				read(group, event, body).subject,
			);
		},
	);

	test.each(["loyalty", "loyalty-point", "loyalty-provider"])(
		"is refused where it asks a question: %s",
		(group) => {
			expect(readBody(dealpos, {}, { group, event: "fetch-points" })).toEqual({
				refusal: expect.stringContaining("waits for the answer"),
			});
		},
	);

	test("is lower-case letters, digits and hyphens, and named where it is not", () => {
		expect(wrongFields("Payment", "created", payment)).toEqual(["path.group"]);
		expect(wrongFields("payment", "created/now", payment)).toEqual([
			"path.event",
		]);
		expect(wrongFields("", "%20", payment)).toEqual([
			"path.group",
			"path.event",
		]);
		expect(() => readBody(dealpos, payment, {})).toThrow(
			expect.objectContaining({
				issues: expect.toSatisfy(({ length }) => length === 2),
			}),
		);
	});
});

test("dealpos shows its key as X-API-Key", () => {
	expect(dealpos.proofs({ webhookApiKey: "abc" })).toEqual(
		equals("x-api-key", "abc"),
	);
});
