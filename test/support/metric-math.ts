/** A metric's datapoints, the newest last; undefined where none was written. */
export type Series = readonly (number | undefined)[];

type Value = number | undefined;

/** Evaluates an expression of CloudWatch's metric math, as much of it as our alarms use, period by period. */
export function evaluate(
	expression: string,
	metrics: Readonly<Record<string, Series>>,
): Value[] {
	const tokens =
		expression.match(/[A-Za-z]\w*|\d+(?:\.\d+)?|[<>=]=|[-+*/<>(),]/g) ?? [];
	if (tokens.join("") !== expression.replaceAll(/\s/g, ""))
		throw new Error(`What is ${expression}?`);
	const periods = Math.max(...Object.values(metrics).map((one) => one.length));
	let at = 0;

	const each = (act: (period: number) => Value): Value[] =>
		Array.from({ length: periods }, (_, period) => act(period));

	function take(token: string): void {
		if (tokens[at++] !== token)
			throw new Error(`${token} is missing in ${expression} at ${at}`);
	}

	const levels: Record<string, (one: number, other: number) => number>[] = [
		{ OR: (one, other) => Number(one > 0 || other > 0) },
		{ AND: (one, other) => Number(one > 0 && other > 0) },
		{
			"==": (one, other) => Number(one === other),
			">=": (one, other) => Number(one >= other),
			"<=": (one, other) => Number(one <= other),
			">": (one, other) => Number(one > other),
			"<": (one, other) => Number(one < other),
		},
		{ "+": (one, other) => one + other, "-": (one, other) => one - other },
		{ "*": (one, other) => one * other, "/": (one, other) => one / other },
	];

	/** Whatever is calculated from nothing is nothing. */
	function operation(level = 0): Value[] {
		const operators = levels[level];
		if (!operators) return operand();
		let value = operation(level + 1);
		for (
			let act = operators[tokens[at] ?? ""];
			act;
			act = operators[tokens[at] ?? ""]
		) {
			at++;
			const [left, right, calculate] = [value, operation(level + 1), act];
			value = each((period) => {
				const [one, other] = [left[period], right[period]];
				return one === undefined || other === undefined
					? undefined
					: calculate(one, other);
			});
		}
		return value;
	}

	function operand(): Value[] {
		const token = tokens[at++] ?? "";
		if (token === "(") {
			const value = operation();
			take(")");
			return value;
		}
		if (/^\d/.test(token)) return each(() => Number(token));
		if (token === "FILL") return fill();
		if (token === "IF") return choose();
		const series = metrics[token];
		if (!series) throw new Error(`${expression} names ${token}`);
		return each((period) => series[period]);
	}

	function fill(): Value[] {
		take("(");
		const series = operation();
		take(",");
		const repeats = tokens[at] === "REPEAT";
		const filler = repeats ? [] : operation();
		if (repeats) at++;
		take(")");
		let last: Value;
		return each((period) => {
			last = series[period] ?? last;
			return series[period] ?? (repeats ? last : filler[period]);
		});
	}

	function choose(): Value[] {
		take("(");
		const condition = operation();
		take(",");
		const yes = operation();
		take(",");
		const no = operation();
		take(")");
		return each((period) => {
			const chosen = condition[period];
			if (chosen === undefined) return undefined;
			return chosen > 0 ? yes[period] : no[period];
		});
	}

	const value = operation();
	if (at !== tokens.length) throw new Error(`More than one: ${expression}`);
	return value;
}
