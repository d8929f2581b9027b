import { App } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import { BillhookStack } from "../../infra/stack.ts";
import { configFor } from "../support/installation.ts";
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
