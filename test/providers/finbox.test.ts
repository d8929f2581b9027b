import { describe, expect, test } from "vitest";
import { digestOf, once, state } from "../../functions/inbox/identity.ts";
import { equals } from "../../functions/proofs/equals.ts";
import finbox from "../../functions/providers/finbox/provider.ts";
import { readEvent } from "../support/examples.ts";

const push = {
	entity_id: "e",
	statement_id: "s",
	link_id: "l",
	progress: "completed",
	reason: "",
};
const session = { session_id: "one", event_name: "ENRICHMENT_NOTIFICATION" };

function read(body: unknown) {
	return readEvent(finbox, body);
}

function wrongFields(body: unknown): string[] {
	const caught: { issues: { path: PropertyKey[] }[] }[] = [];
	try {
		read(body);
	} catch (error) {
		caught.push(error as (typeof caught)[number]);
	}
	return caught.flatMap(({ issues }) =>
		issues.map(({ path }) => path.join(".")),
	);
}

describe("finbox's entity flow", () => {
	test("knows a statement's end by entity, statement and progress", () => {
		expect(read(push)).toEqual({
			type: "extraction.completed",
			subject: "e",
			identity: once("e", "s", "completed"),
		});
		expect(read({ ...push, progress: "failed", reason: "x" })).toEqual({
			type: "extraction.failed",
			subject: "e",
			identity: once("e", "s", "failed"),
		});
	});

	test("knows a failure without a statement by what failed", () => {
		const failed = { ...push, statement_id: "", progress: "failed" };
		expect(read({ ...failed, reason: "Invalid credentials" })).toEqual({
			type: "extraction.failed",
			subject: "e",
			identity: state({
				value: digestOf("failed", "Invalid credentials"),
				recurring: true,
			}),
		});
		expect(read({ ...failed, statement_id: null })).toEqual(read(failed));
	});

	test("has no time of its own", () => {
		expect(read(push).time).toBeUndefined();
	});

	test("takes no link, and no reason", () => {
		const { link_id, reason, ...bare } = push;
		expect(read({ ...bare, link_id: null, reason: null })).toEqual(read(push));
		expect(read(bare)).toEqual(read(push));
		const { statement_id, ...failed } = { ...bare, progress: "failed" };
		expect(read(failed)).toEqual(read({ ...failed, statement_id: "" }));
	});

	test("keeps a progress that nobody has documented", () => {
		expect(read({ ...push, progress: "processing" }).type).toBe("unrecognized");
		expect(read({ ...push, progress: "completed-later" }).type).toBe(
			"unrecognized",
		);
		expect(read({ ...push, progress: "" }).type).toBe("unrecognized");
	});

	test("names each missing or wrong field", () => {
		expect(wrongFields({ ...push, entity_id: "", statement_id: 1 })).toEqual([
			"entity_id",
			"statement_id",
		]);
		expect(wrongFields({})).toEqual(["entity_id", "progress"]);
		// the transactions API has an array under this name
		expect(wrongFields({ ...push, progress: [] })).toEqual(["progress"]);
		expect(wrongFields([])).toEqual([""]);
	});
});

describe("finbox's session flow", () => {
	test("is told from the entity flow by event_name or session_id", () => {
		expect(read({ ...push, ...session }).type).toBe("session.enrichment");
		expect(wrongFields({ ...push, session_id: "one" })).toEqual(["event_name"]);
	});

	test("knows an expiry by its session alone", () => {
		const event_name = "SESSION_EXPIRY_NOTIFICATION";
		const expiry = { ...session, event_name };
		expect(read(expiry)).toEqual({
			type: "session.expiry",
			subject: "one",
			identity: once("one", event_name),
		});
		expect(read({ ...expiry, message: "x" })).toEqual(read(expiry));
	});

	test.each([
		["SESSION_REQUIREMENT_COMPLETION_NOTIFICATION", "requirement_completion"],
		["ENRICHMENT_NOTIFICATION", "enrichment"],
	])("knows a %s by its content, in a lane of its own", (event_name, type) => {
		const body = { ...session, event_name };
		expect(read(body)).toMatchObject({
			type: `session.${type}`,
			subject: "one",
			identity: { kind: "state", lane: event_name, withinSeconds: 60 },
		});
		expect(read({ ...body, insights_available: true }).identity).not.toEqual(
			read(body).identity,
		);
	});

	test.each(["", null])("takes %j for no error", (error_code) => {
		const accounts = [{ error_code, error_message: error_code }];
		expect(read({ ...session, accounts }).type).toBe("session.enrichment");
	});

	test("names each wrong field of a known event", () => {
		expect(
			wrongFields({ ...session, session_id: "", accounts: [{ bank_name: 1 }] }),
		).toEqual(["session_id", "accounts.0.bank_name"]);
	});

	test("keeps other names as unrecognized", () => {
		const later = { event_name: "SESSION_ARCHIVED_NOTIFICATION" };
		expect(read(later).type).toBe("unrecognized");
	});
});

test("finbox shows its secret as x-secret-key", () => {
	expect(finbox.proofs({ webhookSecretKey: "abc" })).toEqual(
		equals("x-secret-key", "abc"),
	);
});
