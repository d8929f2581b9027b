import { afterEach, describe, expect, test, vi } from "vitest";
import { readEnvironment } from "../functions/settings.ts";

afterEach(() => vi.unstubAllEnvs());

describe("readEnvironment", () => {
	test("reads what is asked for, and nothing else", () => {
		vi.stubEnv("BILLHOOK_INBOX", "inbox-1");
		vi.stubEnv("BILLHOOK_RETENTION_DAYS", "35");
		expect(
			readEnvironment("BILLHOOK_INBOX", "BILLHOOK_RETENTION_DAYS"),
		).toEqual({
			BILLHOOK_INBOX: "inbox-1",
			BILLHOOK_RETENTION_DAYS: 35,
		});
	});

	test("names everything that is missing or wrong in one error", () => {
		vi.stubEnv("BILLHOOK_RETENTION_DAYS", "a month");
		expect(() =>
			readEnvironment("BILLHOOK_INBOX", "BILLHOOK_RETENTION_DAYS"),
		).toThrow(/BILLHOOK_INBOX: .*BILLHOOK_RETENTION_DAYS: /);
	});
});
