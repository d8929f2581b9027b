import { describe, expect, test } from "vitest";
import { partitionOf } from "../../functions/inbox/identity.ts";
import { sayEvent, sayKept } from "../../functions/log/say.ts";
import {
	partitionHash,
	subjectHash,
} from "../../functions/log/subject-hash.ts";

describe("a subject's hash", () => {
	test("is the same for whoever has the installation's key, from the subject or from where its records stand", () => {
		const hash = subjectHash("jane@example.com", "key");
		expect(hash).toMatch(/^[\w-]{22}$/);
		expect(partitionHash(partitionOf("jane@example.com"), "key")).toBe(hash);
	});

	test("is another under another key, and of another subject", () => {
		const hash = subjectHash("a", "key");
		expect(subjectHash("a", "another")).not.toBe(hash);
		expect(subjectHash("b", "key")).not.toBe(hash);
		// the two halves of no pair are one character in UTF-8
		expect(subjectHash("\ud800", "key")).not.toBe(subjectHash("\ud801", "key"));
	});

	test("is one constant, that whoever reads a log can compute elsewhere", () => {
		expect(subjectHash("e-1", "0b8b1a1e-5f0c-4c7e-9f43-2f1a37e1c0de")).toBe(
			"cv9SyMHx8R6EfAOofWCCck",
		);
	});
});

describe("what a line says", () => {
	test("of an event holds neither its subject nor where its records stand", () => {
		const pk = partitionOf("e-1");
		expect(sayEvent({ type: "finbox.x", id: "i", pk }, "key")).toEqual({
			type: "finbox.x",
			id: "i",
			subject: subjectHash("e-1", "key"),
		});
	});

	test("of what is in quarantine names the fields, but no key of the body that looks like no field", () => {
		const issues = [
			{ path: "items.0.amount_due", message: "expected number" },
			{ path: "accounts.jane@example.com.name", message: "is missing" },
			{ path: `a.${"b".repeat(41)}`, message: "m".repeat(1000) },
			{ path: "", message: "the body is not JSON" },
		];
		const kept = { id: "k", reason: "invalid", first: true, issues } as const;
		expect(sayKept(kept)).toEqual({
			id: "k",
			reason: "invalid",
			fields: [
				{ path: "items.0.amount_due", message: "expected number" },
				{ path: "accounts.*.com.name", message: "is missing" },
				{ path: "a.*", message: "m".repeat(200) },
				{ path: "", message: "the body is not JSON" },
			],
		});
	});

	test("of what is in quarantine names twenty fields at most", () => {
		const issues = Array.from({ length: 30 }, () => ({
			path: "",
			message: "",
		}));
		const { fields } = sayKept({
			id: "k",
			reason: "invalid",
			first: true,
			issues,
		});
		expect(fields).toHaveLength(20);
	});
});
