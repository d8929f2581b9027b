import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, RemovalPolicy } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import { usualProviders } from "../../functions/providers.ts";
import { mostProviders } from "../../infra/chosen.ts";
import type { BillhookProps } from "../../infra/props.ts";
import { BillhookStack } from "../../infra/stack.ts";
import { configFor } from "../support/installation.ts";
import { temporaryFolder } from "../support/local-app.ts";
import {
	nameOf,
	ofType,
	type Template,
	templateOf,
} from "../support/template.ts";

const stack = new BillhookStack(new App(), configFor());
const prod = templateOf(stack);

/** What each resource waits for, by reference or because it says so. */
function waitsFor(template: Template): Map<string, Set<string>> {
	const references = (value: unknown): string[] => {
		if (typeof value !== "object" || value === null) return [];
		const { Ref, "Fn::GetAtt": attribute } = value as Record<string, unknown>;
		if (typeof Ref === "string") return [Ref];
		if (Array.isArray(attribute)) return [String(attribute[0])];
		return Object.values(value).flatMap(references);
	};
	const before = new Map<string, Set<string>>();
	const all = (id: string): Set<string> => {
		const known = before.get(id);
		if (known) return known;
		const { Properties, DependsOn = [] } = template.Resources[id] ?? {};
		const direct = [...references(Properties), ...DependsOn].filter(
			(other) => other in template.Resources,
		);
		const found = new Set(direct.flatMap((other) => [other, ...all(other)]));
		before.set(id, found);
		return found;
	};
	for (const id of Object.keys(template.Resources)) all(id);
	return before;
}

describe("a creation that fails", () => {
	test("can be deleted, to be tried again", () => {
		expect(stack.terminationProtection).toBeFalsy();
	});

	test("takes all it has made with it, but the tables that protect themselves", () => {
		const stays = Object.values(prod.Resources)
			.filter(({ DeletionPolicy }) => DeletionPolicy === "Retain")
			.map(({ Type }) => Type);
		expect(new Set(stays)).toEqual(new Set(["AWS::DynamoDB::GlobalTable"]));
		expect(stays).toHaveLength(
			ofType(prod, "AWS::DynamoDB::GlobalTable").length,
		);
	});

	test("leaves nothing behind whose name the next try would need", () => {
		for (const [, { Properties }] of ofType(prod, "AWS::DynamoDB::GlobalTable"))
			expect(Properties.TableName).toBeUndefined();
	});

	test("is not the gateway's doing: no two parts of the API are made at once, and its stage comes last", () => {
		const order = waitsFor(prod);
		const parts = ["Integration", "Route", "Stage"].flatMap((part) =>
			ofType(prod, `AWS::ApiGatewayV2::${part}`).map(([id]) => id),
		);
		const madeBefore = (id: string) =>
			parts.filter((other) => order.get(id)?.has(other));
		const inTurn = parts.toSorted(
			(one, other) => madeBefore(one).length - madeBefore(other).length,
		);
		for (const [index, id] of inTurn.entries())
			expect(madeBefore(id).toSorted()).toEqual(
				inTurn.slice(0, index).toSorted(),
			);
		expect(nameOf(inTurn.at(-1) ?? "")).toBe("ApiStage");
	});
});

describe("one stack", () => {
	const watched = usualProviders.filter(({ poll }) => poll?.watches);
	const sizeOf = (props: BillhookProps) =>
		Object.keys(templateOf(new BillhookStack(new App(), props)).Resources)
			.length;
	const [one = "", another = ""] = watched.map(({ name }) => name);
	// the stage and the options that need most
	const largest = {
		removalPolicy: RemovalPolicy.DESTROY,
		alarmEmail: "on-call@example.com",
	};
	const first = sizeOf({ ...largest, providers: { [one]: {} } });
	const own =
		sizeOf({ ...largest, providers: { [one]: {}, [another]: {} } }) - first;
	const atMost = 34;

	test("spends no more on a provider that is polled and watched than is planned", () => {
		expect(own).toBeLessThanOrEqual(atMost);
	});

	test("holds as many providers as the options allow, and as the README says", () => {
		const shared = first - own;
		expect(Math.floor((500 - shared) / atMost)).toBe(mostProviders);
		const readme = readFileSync(
			join(import.meta.dirname, "../../README.md"),
			"utf8",
		);
		expect(readme).toContain(
			`One stack holds up to ${mostProviders} providers`,
		);
	});

	test("is refused more, with the number", () => {
		const names = Array.from({ length: mostProviders + 1 }, (_, i) => `p${i}`);
		const many = (count: number) => () =>
			new BillhookStack(new App(), {
				providers: Object.fromEntries(
					names.slice(0, count).map((name) => [name, {}]),
				),
			});
		const refusal = `there are ${mostProviders + 1} providers; one stack holds up to ${mostProviders}.`;
		expect(many(mostProviders + 1)).toThrow(refusal);
		// none of these names is known, and that is all that is said
		expect(many(mostProviders)).toThrow(/there is no provider "p0"/);
		expect(many(mostProviders)).not.toThrow(/one stack holds/);
	});
});

test.runIf(spawnSync("cfn-lint", ["--version"]).status === 0)(
	"cfn-lint finds nothing but the dependencies that the CDK says twice, and an alarm's window, which is newer than its schemas",
	() => {
		using folder = temporaryFolder();
		const files = ["prod", "dev"].map((stage) => {
			const template = templateOf(
				new BillhookStack(new App(), configFor(stage)),
			);
			const file = join(folder.path, `${stage}.json`);
			writeFileSync(file, JSON.stringify(template));
			return file;
		});
		const { stdout, stderr } = spawnSync(
			"cfn-lint",
			["--format", "json", ...files],
			{ encoding: "utf8" },
		);
		expect(stderr).toBe("");
		const found: { Rule: { Id: string }; Message: string }[] =
			JSON.parse(stdout);
		expect(
			found
				.filter(({ Rule }) => Rule.Id !== "W3005")
				.map(({ Rule, Message }) => `${Rule.Id} ${Message}`)
				.filter((said) => !/^E3002 .*'EvaluationWindow' was un/.test(said)),
		).toEqual([]);
	},
);
