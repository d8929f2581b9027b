import { Duration, Token } from "aws-cdk-lib";
import { Construct } from "constructs";
import { nearest } from "../functions/nearest.ts";
import type { Mistake } from "./configuration-error.ts";

/** Finds what is wrong with the value of the option called so. */
export type Rule = (value: unknown, name: string) => Mistake[];

/** A rule for each of an interface's options. */
export type Rules<Options> = Readonly<Record<keyof Options & string, Rule>>;

/** Options by name, of which none is unknown, some must be there and each has a rule. */
export function group<Options>(
	rules: Rules<Options>,
	required: readonly (keyof Options & string)[] = [],
): Rule {
	const known: Readonly<Record<string, Rule>> = rules;
	return (value, name) => {
		if (!isPlain(value))
			return wrong(name, value, `{ ${Object.keys(known).join(", ")} }`);
		const asked = new Set([...Object.keys(value), ...required]);
		return [...asked].flatMap((key) => {
			const path = name ? `${name}.${key}` : key;
			const rule = Object.hasOwn(known, key) ? known[key] : undefined;
			if (!rule) return [unknownOption(path, key, Object.keys(known))];
			const isAbsent =
				value[key] === undefined && !required.some((name) => name === key);
			return isAbsent ? [] : rule(value[key], path);
		});
	};
}

/** The same rule for whatever has a name here, and one for the names. */
export function each(
	rule: Rule,
	wrongNames: (value: Readonly<Record<string, unknown>>) => Mistake[],
): Rule {
	return (value, name) => {
		if (!isPlain(value))
			return wrong(name, value, "an object with options by name");
		const own = Object.entries(value).flatMap(([key, options]) =>
			rule(options, `${name}.${key}`),
		);
		return [...wrongNames(value), ...own];
	};
}

/** The same rule for all there are, of which there is one at least. */
export function list(rule: Rule): Rule {
	return (value, name) =>
		Array.isArray(value) && value.length > 0
			? value.flatMap((own, index) => rule(own, `${name}[${index}]`))
			: wrong(name, value, "a list");
}

export function text(pattern: RegExp, takes: string): Rule {
	return (value, name) =>
		typeof value === "string" && pattern.test(value)
			? []
			: wrong(name, value, takes);
}

/** As `text`, or a value that only the deployment knows. */
export function textOrToken(pattern: RegExp, takes: string): Rule {
	const written = text(pattern, takes);
	return (value, name) =>
		Token.isUnresolved(value) ? [] : written(value, name);
}

export const folder: Rule = (value, name) =>
	(typeof value === "string" && value !== "") || value instanceof URL
		? []
		: wrong(name, value, 'a folder, such as "./providers/acme"');

export function wholeNumber(from: number, to: number): Rule {
	return (value, name) =>
		Number.isInteger(value) && Number(value) >= from && Number(value) <= to
			? []
			: wrong(name, value, `whole numbers, from ${from} to ${to}`);
}

export function duration(
	unit: "minutes" | "hours" | "days",
	from: number,
	to = Number.POSITIVE_INFINITY,
): Rule {
	const range = Number.isFinite(to) ? `from ${from} to ${to}` : `from ${from}`;
	const takes = `a Duration of whole ${unit}, ${range}`;
	return (value, name) => {
		if (!(value instanceof Duration) || value.isUnresolved())
			return wrong(name, value, takes);
		const exact = { integral: false };
		const length = {
			minutes: () => value.toMinutes(exact),
			hours: () => value.toHours(exact),
			days: () => value.toDays(exact),
		}[unit]();
		return Number.isInteger(length) && length >= from && length <= to
			? []
			: wrong(name, value, takes);
	};
}

export function flag(value: unknown, name: string): Mistake[] {
	return typeof value === "boolean" ? [] : wrong(name, value, "true or false");
}

/** Something of the CDK's, made or looked up. */
export function construct(takes: string): Rule {
	return (value, name) =>
		Construct.isConstruct(value) ? [] : wrong(name, value, takes);
}

export function oneOf(values: readonly unknown[], takes: string): Rule {
	return (value, name) =>
		values.includes(value) ? [] : wrong(name, value, takes);
}

export function unknownOption(
	path: string,
	name: string,
	known: readonly string[],
): Mistake {
	return {
		id: "billhook:unknown-option",
		says: `${path} is no option; ${nearestOf(name, known)}`,
	};
}

/** The name that was probably meant, or all there are. */
export function nearestOf(name: string, known: readonly string[]): string {
	const meant = nearest(lower(name), known.map(lower));
	const said = known.find((other) => lower(other) === meant);
	return said ? `did you mean "${said}"?` : `there are ${known.join(", ")}.`;
}

export function wrong(name: string, value: unknown, takes: string): Mistake[] {
	const says = `${name || "what is configured"} is ${say(value)}; it takes ${takes}.`;
	return [{ id: "billhook:wrong-option", says }];
}

export function say(value: unknown): string {
	if (value instanceof Duration)
		return value.isUnresolved() ? "not known at synth" : value.toHumanString();
	if (Array.isArray(value)) return "a list";
	if (typeof value === "function") return "a function";
	if (typeof value === "object" && value !== null) return "an object";
	return JSON.stringify(value) ?? "undefined";
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
	return (
		typeof value === "object" &&
		value !== null &&
		[Object.prototype, null].includes(Object.getPrototypeOf(value))
	);
}

function lower(name: string): string {
	return name.toLowerCase();
}
