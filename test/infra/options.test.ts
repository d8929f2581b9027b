import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Duration, Lazy, RemovalPolicy, Stack } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import { providerNames, providers } from "../../functions/providers.ts";
import { Billhook } from "../../infra/billhook.ts";
import {
	ConfigurationError,
	type Mistake,
} from "../../infra/configuration-error.ts";
import { checkOptions, providerRules, rules } from "../../infra/options.ts";
import type { BillhookProps } from "../../infra/props.ts";

const [first = "", second = ""] = providerNames;
const known = providerNames.join(", ");

/** What is wrong with options, as JavaScript may write them. */
function mistakesIn(options: Record<string, unknown>): readonly Mistake[] {
	try {
		checkOptions(options as BillhookProps);
	} catch (error) {
		if (error instanceof ConfigurationError) return error.mistakes;
		throw error;
	}
	return [];
}

const said = (options: Record<string, unknown>) =>
	mistakesIn(options).map(({ says }) => says);

describe("an option that nobody knows", () => {
	test.each([
		[{ alarmMail: "a@example.com" }, "alarmMail", "alarmEmail"],
		[{ Stage: "dev" }, "Stage", "stage"],
		[{ retentionDays: 90 }, "retentionDays", "retention"],
		[{ memorySize: { webhok: 512 } }, "memorySize.webhok", "webhook"],
		[
			{ providers: { [first]: { pollEvry: 1 } } },
			`providers.${first}.pollEvry`,
			"pollEvery",
		],
	])("is an error that names the nearest: %j", (options, path, meant) => {
		expect(mistakesIn(options)).toEqual([
			{
				id: "billhook:unknown-option",
				says: `${path} is no option; did you mean "${meant}"?`,
			},
		]);
	});

	test("is answered with all there are where none is near, and is never one that every object has", () => {
		expect(said({ memorySize: { everything: 512 } })).toEqual([
			"memorySize.everything is no option; there are webhook, forward, poll, watch.",
		]);
		expect(said({ constructor: 1 })[0]).toMatch(/^constructor is no option/);
	});
});

describe("a value", () => {
	test.each([
		[{ alarmEmail: "on-call" }, /alarmEmail is "on-call"; it takes an address/],
		[{ alarmEmail: "a b@example.com" }, /it takes an address/],
		[{ retention: "35" }, /retention is "35"; it takes a Duration of whole/],
		[
			{ retention: Duration.hours(36) },
			/retention is 1 day 12 hours; it takes/,
		],
		[{ retention: Duration.days(0) }, /whole days, from 1/],
		[
			{ retention: Duration.days(Lazy.number({ produce: () => 9 })) },
			/retention is not known at synth; it takes/,
		],
		[{ removalPolicy: "keep" }, /removalPolicy is "keep"; it takes RemovalPol/],
		[
			{ removalPolicy: RemovalPolicy.SNAPSHOT },
			/it takes RemovalPolicy.RETAIN/,
		],
		[{ logRetention: 31 }, /logRetention is 31; it takes one of RetentionDays/],
		[{ memorySize: 512 }, /memorySize is 512; it takes { webhook, /],
		[{ memorySize: { poll: 64 } }, /memorySize\.poll is 64; .* from 128 to/],
		[{ providers: [first] }, /^providers is a list; it takes an object with/],
		[
			{ providers: { [first]: false } },
			/^providers\.\w+ is false; it takes { .*poll/,
		],
		[
			{ providers: { [first]: { pollEvery: Duration.days(2) } } },
			/pollEvery is 2 days; it takes a Duration of whole minutes, from 1 to 1440/,
		],
		[
			{ domain: { name: "Hooks", certificate: new App() } },
			/domain\.name is "Hooks"; it takes a name/,
		],
		[
			{ domain: { name: "a.example.com", certificate: "arn:aws:acm" } },
			/domain\.certificate is "arn:aws:acm"; it takes a certificate/,
		],
		[
			{ providers: { [first]: { throttle: { rateLimit: 20 } } } },
			/throttle\.burstLimit is undefined; it takes whole numbers, from 1/,
		],
		[
			{ providers: { [first]: { reservedConcurrency: { poll: 0 } } } },
			/reservedConcurrency\.poll is 0; it takes whole numbers, from 1/,
		],
		[
			{ providers: { [first]: { pollWindow: Duration.seconds(90) } } },
			/pollWindow is 1 minute 30 seconds; it takes/,
		],
	])("that is not one of its option's is an error: %o", (options, says) => {
		expect(said(options)).toEqual([expect.stringMatching(says)]);
		expect(mistakesIn(options)[0]?.id).toBe("billhook:wrong-option");
	});

	test.each([
		{ alarmEmail: Lazy.string({ produce: () => "a@example.com" }) },
		{ alarmEmail: undefined, providers: undefined },
		{ retention: Duration.hours(96) },
		{ logRetention: 9999, removalPolicy: RemovalPolicy.RETAIN },
		{ providers: { [first]: { pollEvery: Duration.days(1) } } },
	])("at the edge of what is right is taken: %o", (options) => {
		expect(said(options)).toEqual([]);
	});
});

describe("options", () => {
	test("are told all that is wrong with them at once", () => {
		const build = () =>
			new Billhook(new Stack(new App(), "Theirs"), "Billhook", {
				stage: "Prod!",
				retention: Duration.hours(1),
				providers: { nobody: {}, [`${first}s`]: {}, [second]: {} },
			});
		expect(build).toThrow(
			`Billhook cannot be built:
  - stage is "Prod!"; it takes a lower-case letter, then up to 29 letters, digits and hyphens. [billhook:wrong-option]
  - retention is 1 hour; it takes a Duration of whole days, from 1. [billhook:wrong-option]
  - there is no provider "nobody"; there are ${known}. One of your own needs its folder: from: "./providers/nobody". [billhook:unknown-provider]
  - there is no provider "${first}s"; did you mean "${first}"? One of your own needs its folder: from: "./providers/${first}s". [billhook:unknown-provider]`,
		);
	});

	test("have each a section of their own in docs/options.md, and no others have", () => {
		const [, ofAll = "", ofProvider = ""] = readFileSync(
			join(import.meta.dirname, "../../docs/options.md"),
			"utf8",
		).split(/^## Of .*$/m);
		const sections = (text: string) =>
			[...text.matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name).sort();
		expect(sections(ofAll)).toEqual(Object.keys(rules).sort());
		expect(sections(ofProvider)).toEqual(Object.keys(providerRules).sort());
	});

	test("name at least one provider, or none at all", () => {
		expect(said({ providers: {} })).toEqual([
			`providers is empty; there are ${known}.`,
		]);
	});

	test("do not forget an event before a watch for it could end", () => {
		const watched = providers.find(({ poll }) => poll?.watches);
		const days = 72 / 24;
		expect(mistakesIn({ retention: Duration.days(days) })).toEqual([
			{
				id: "billhook:retention-below-watch",
				says: expect.stringContaining(
					`a watch of ${watched?.name} lasts up to ${days} days`,
				),
			},
		]);
		expect(said({ retention: Duration.days(days + 1) })).toEqual([]);
	});
});
