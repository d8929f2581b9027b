import { expect, test } from "vitest";
import { nearest } from "../functions/nearest.ts";

test.each([
	["webhookSecretkey", "webhookSecretKey"],
	["apikey", "apiKey"],
	["pasword", "password"],
	["id", "zone"],
])(
	"of a few words, the nearest to %s is %s, or none where all are far",
	(word, meant) => {
		const words = ["token", "webhookSecretKey", "apiKey", "password", "zone"];
		const expected = meant === "zone" ? undefined : meant;
		expect(nearest(word, words)).toBe(expected);
	},
);

test("of no words there is no nearest", () => {
	expect(nearest("token", [])).toBeUndefined();
});
