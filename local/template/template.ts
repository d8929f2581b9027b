export interface Resource {
	Type: string;
	Properties?: Readonly<Record<string, unknown>>;
	Condition?: string;
}

export interface Template {
	Resources: Readonly<Record<string, Resource>>;
	Parameters?: Readonly<Record<string, { Default?: unknown }>>;
	Conditions?: Readonly<Record<string, unknown>>;
	Mappings?: Readonly<
		Record<string, Readonly<Record<string, Record<string, unknown>>>>
	>;
}

/** What a resource answers to Ref and to Fn::GetAtt. */
export interface Named {
	ref: string;
	attributes: Readonly<Record<string, string>>;
}

/** Where the template stands: the values of its pseudo parameters and the names of its resources. */
export interface Place {
	pseudo: Readonly<Record<string, string>>;
	named(logicalId: string, resource: Resource): Named;
}

/** A template whose values can be read as CloudFormation would resolve them. */
export interface OpenTemplate {
	/** resources whose condition holds */
	resources: ReadonlyMap<string, Resource>;
	evaluate(value: unknown): unknown;
	text(value: unknown): string;
}

const noValue = Symbol("AWS::NoValue");

export function openTemplate(template: Template, place: Place): OpenTemplate {
	function evaluate(value: unknown): unknown {
		const found = resolve(value);
		return found === noValue ? undefined : found;
	}

	function resolve(value: unknown): unknown {
		if (Array.isArray(value))
			return value.map(resolve).filter((entry) => entry !== noValue);
		if (typeof value !== "object" || value === null) return value;
		const entries = Object.entries(value);
		const [only] = entries;
		if (entries.length === 1 && only && isIntrinsic(...only))
			return apply(only[0], only[1]);
		return Object.fromEntries(
			entries
				.map(([key, entry]) => [key, resolve(entry)] as const)
				.filter(([, entry]) => entry !== noValue),
		);
	}

	function apply(name: string, argument: unknown): unknown {
		const intrinsic = intrinsics[name];
		if (!intrinsic) throw new Error(`${name} has no meaning here`);
		return intrinsic(argument);
	}

	function list(value: unknown): unknown[] {
		const resolved = resolve(value);
		if (Array.isArray(resolved)) return resolved;
		throw new Error(`${JSON.stringify(value)} should be a list`);
	}

	function text(value: unknown): string {
		const resolved = resolve(value);
		if (["string", "number", "boolean"].includes(typeof resolved))
			return String(resolved);
		throw new Error(`${JSON.stringify(value)} should be a text`);
	}

	function condition(name: unknown): boolean {
		const rule = template.Conditions?.[String(name)];
		if (rule === undefined)
			throw new Error(`there is no condition ${String(name)}`);
		return resolve(rule) === true;
	}

	function resource(logicalId: string): Named {
		const found = template.Resources[logicalId];
		if (!found) throw new Error(`there is no resource ${logicalId}`);
		return place.named(logicalId, found);
	}

	function ref(name: unknown): unknown {
		if (name === "AWS::NoValue") return noValue;
		const id = String(name);
		const pseudo = place.pseudo[id];
		if (pseudo !== undefined) return pseudo;
		const parameter = template.Parameters?.[id];
		if (!parameter) return resource(id).ref;
		if (parameter.Default === undefined)
			throw new Error(`parameter ${id} has no default`);
		return parameter.Default;
	}

	function attribute(path: unknown): string {
		const [logicalId = "", name = ""] =
			typeof path === "string" ? split(path) : list(path).map(String);
		const value = resource(logicalId).attributes[name];
		if (value !== undefined) return value;
		throw new Error(`${logicalId} has no attribute ${name} here`);
	}

	function sub(argument: unknown): string {
		const [pattern, own] = Array.isArray(argument) ? argument : [argument, {}];
		const values = (own ?? {}) as Record<string, unknown>;
		return String(pattern)
			.replaceAll(/\$\{([^!}]+)\}/g, (_, name: string) => {
				if (name in values) return text(values[name]);
				return text(name.includes(".") ? attribute(name) : ref(name));
			})
			.replaceAll("${!", "${");
	}

	const intrinsics: Record<string, (argument: unknown) => unknown> = {
		Ref: ref,
		"Fn::GetAtt": attribute,
		"Fn::Sub": sub,
		"Fn::Join"(argument) {
			const [separator, parts] = argument as [string, unknown];
			return list(parts).map(text).join(separator);
		},
		"Fn::Select"(argument) {
			const [index, from] = argument as [unknown, unknown];
			return list(from)[Number(text(index))];
		},
		"Fn::Split"(argument) {
			const [separator, whole] = argument as [string, unknown];
			return text(whole).split(separator);
		},
		"Fn::FindInMap"(argument) {
			const [map = "", first = "", second = ""] = list(argument).map(String);
			const value = template.Mappings?.[map]?.[first]?.[second];
			if (value === undefined)
				throw new Error(`there is no ${map}.${first}.${second}`);
			return value;
		},
		"Fn::If"(argument) {
			const [name, yes, no] = argument as [unknown, unknown, unknown];
			return resolve(condition(name) ? yes : no);
		},
		"Fn::Equals"(argument) {
			const [one, other] = list(argument);
			return String(one) === String(other);
		},
		"Fn::Not": (argument) => list(argument)[0] !== true,
		"Fn::And": (argument) => list(argument).every((one) => one === true),
		"Fn::Or": (argument) => list(argument).some((one) => one === true),
		Condition: condition,
	};

	return {
		resources: new Map(
			Object.entries(template.Resources).filter(
				([, { Condition }]) => Condition === undefined || condition(Condition),
			),
		),
		evaluate,
		text,
	};
}

function split(path: string): [string, string] {
	const dot = path.indexOf(".");
	return [path.slice(0, dot), path.slice(dot + 1)];
}

function isIntrinsic(key: string, argument: unknown): boolean {
	if (key === "Condition") return typeof argument === "string";
	return key === "Ref" || key.startsWith("Fn::");
}
