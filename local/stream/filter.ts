/** Whether a stream's record passes. */
export type Filter = (record: unknown) => boolean;

/** Reads the patterns of a mapping's filter criteria, one of which must match; what it does not know is an error. */
export function readFilter(patterns: readonly string[]): Filter {
	if (patterns.length === 0) return () => true;
	const filters = patterns.map((text) => readNode(JSON.parse(text), text));
	return (record) => filters.some((filter) => filter(record));
}

function readNode(pattern: unknown, whole: string): Filter {
	if (Array.isArray(pattern)) {
		const rules = pattern.map((rule) => readRule(rule, whole));
		return (value) => rules.some((rule) => rule(value));
	}
	if (typeof pattern !== "object" || pattern === null)
		throw new Error(`Filter ${whole}: a rule stands in a list.`);
	const fields = Object.entries(pattern).map(([name, inner]) => {
		if (name.startsWith("$"))
			throw new Error(`Filter ${whole}: ${name} is unknown here.`);
		return [name, readNode(inner, whole)] as const;
	});
	return (value) =>
		fields.every(([name, filter]) => filter(fieldOf(value, name)));
}

function readRule(rule: unknown, whole: string): Filter {
	if (typeof rule !== "object" || rule === null)
		return (value) => value === rule;
	const [[name, operand] = ["", undefined], ...more] = Object.entries(rule);
	const operator = operators[name];
	if (!operator || more.length > 0)
		throw new Error(
			`Filter ${whole}: ${JSON.stringify(rule)} is unknown here.`,
		);
	return operator(operand);
}

const operators: Readonly<Record<string, (operand: unknown) => Filter>> = {
	exists: (wanted) => (value) => (value !== undefined) === wanted,
	prefix: (start) => (value) =>
		typeof value === "string" && value.startsWith(String(start)),
	suffix: (end) => (value) =>
		typeof value === "string" && value.endsWith(String(end)),
	"equals-ignore-case": (other) => (value) =>
		typeof value === "string" &&
		value.toLowerCase() === String(other).toLowerCase(),
	"anything-but": (operand) => {
		const refused = Array.isArray(operand) ? operand : [operand];
		return (value) => value !== undefined && !refused.includes(value);
	},
};

function fieldOf(value: unknown, name: string): unknown {
	if (typeof value !== "object" || value === null) return undefined;
	return Object.hasOwn(value, name)
		? (value as Record<string, unknown>)[name]
		: undefined;
}
