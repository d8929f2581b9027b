import { describe, expect, test } from "vitest";
import { authenticate } from "../../functions/delivery/auth.ts";
import { equals } from "../../functions/proofs/equals.ts";
import { delivery, token } from "../support/endpoint.ts";

const previousToken = "P".repeat(43);

describe("authenticate", () => {
	test("takes the token and the previous one, and no other", () => {
		const tokens = { token, previousToken };
		expect(authenticate(delivery({}), tokens, [])).toHaveProperty("genuine");
		expect(
			authenticate(delivery({}, { token: previousToken }), tokens, []),
		).toHaveProperty("genuine");
		for (const wrong of [
			"",
			"T".repeat(42),
			"T".repeat(44),
			"t".repeat(43),
			`${token}\0`,
		]) {
			expect(authenticate(delivery({}, { token: wrong }), tokens, [])).toEqual({
				refused: "stranger",
			});
		}
	});

	test("refuses the previous token once it is gone", () => {
		expect(
			authenticate(delivery({}, { token: previousToken }), { token }, []),
		).toEqual({ refused: "stranger" });
	});

	test("refuses an empty token even where a setting is empty", () => {
		expect(
			authenticate(delivery({}, { token: "" }), { token: "" }, []),
		).toEqual({ refused: "stranger" });
	});

	test("requires every proof, in any of its spellings", () => {
		const proofs = [
			...equals("Authorization", "secret", "Bearer secret"),
			...equals("x-api-key", "key"),
		];
		const shown = (headers: Record<string, string>) =>
			authenticate(delivery({}, { headers }), { token }, proofs);
		expect(
			shown({ authorization: "secret", "x-api-key": "key" }),
		).toHaveProperty("genuine");
		expect(
			shown({ authorization: "Bearer secret", "x-api-key": "key" }),
		).toHaveProperty("genuine");
		expect(shown({ authorization: "secret" })).toEqual({ refused: "unproven" });
		expect(shown({ authorization: "Secret", "x-api-key": "key" })).toEqual({
			refused: "unproven",
		});
		expect(shown({})).toEqual({ refused: "unproven" });
	});

	test("asks for the token before the proof", () => {
		const proofs = equals("x-api-key", "key");
		const stranger = delivery(
			{},
			{ token: "wrong", headers: { "x-api-key": "key" } },
		);
		expect(authenticate(stranger, { token }, proofs)).toEqual({
			refused: "stranger",
		});
	});

	test("looks at no byte of the body", () => {
		const untouchable = {
			...delivery({}),
			get bytes(): Uint8Array {
				throw new Error("the body was read");
			},
		};
		expect(
			authenticate({ ...delivery({}), token: "wrong" }, { token }, []),
		).toEqual({ refused: "stranger" });
		expect(() => authenticate(untouchable, { token }, [])).not.toThrow();
	});
});
