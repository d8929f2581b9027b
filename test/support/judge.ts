import type { Plan } from "../../local/template/plan.ts";
import type { OpenTemplate } from "../../local/template/template.ts";
import type { Passing } from "./wire.ts";

/** What somebody asked of AWS, in the words of a policy. */
export interface Call {
	/** the access key it was signed with */
	caller: string;
	action: string;
	resource: string;
	/** the partition keys it names outright */
	leadingKeys: readonly string[];
	/** of a list of objects */
	prefix?: string;
}

export interface Statement {
	Effect: string;
	Action: string | string[];
	Resource: string | string[];
	Condition?: Readonly<Record<string, Readonly<Record<string, string[]>>>>;
}

interface Input {
	TableName?: string;
	RequestItems?: Readonly<Record<string, unknown>>;
	IndexName?: string;
	Item?: { pk: { S: string } };
	Key?: { pk: { S: string } };
	QueueUrl?: string;
	SecretId?: string;
}

/** Without the SDK's own word for it, a method says which call on an object it is. */
const plainCalls: Readonly<Record<string, string>> = {
	GET: "GetObject",
	PUT: "PutObject",
};

export function readCall(passing: Passing, place: string): Call {
	const { method, path, headers, body } = passing;
	const signature = headers.authorization ?? "";
	const [, caller = ""] = /Credential=([^/]+)\//.exec(signature) ?? [];
	const [service, operation] = String(headers["x-amz-target"]).split(".");
	if (headers["x-amz-target"] === undefined) {
		const { pathname, searchParams } = new URL(path, "http://s3");
		const [, watched] = /^\/watches\/(.+)/.exec(pathname) ?? [];
		if (watched) {
			const resource = `arn:aws:execute-api:${place}:*/*/${method}/watches/*`;
			return {
				caller,
				action: "execute-api:Invoke",
				resource,
				leadingKeys: [],
			};
		}
		const [, invoked] = /\/functions\/(.+)\/invocations$/.exec(pathname) ?? [];
		if (invoked) {
			const resource = `arn:aws:lambda:${place}:function:${invoked}`;
			return {
				caller,
				action: "lambda:InvokeFunction",
				resource,
				leadingKeys: [],
			};
		}
		if (searchParams.has("list-type")) {
			const resource = `arn:aws:s3:::${pathname.split("/")[1]}`;
			const prefix = searchParams.get("prefix") ?? "";
			return {
				caller,
				action: "s3:ListBucket",
				resource,
				leadingKeys: [],
				prefix,
			};
		}
		const id =
			searchParams.get("x-id") ?? plainCalls[method] ?? `${method} ${path}`;
		const resource = `arn:aws:s3:::${decodeURIComponent(pathname.slice(1))}`;
		return { caller, action: `s3:${id}`, resource, leadingKeys: [] };
	}
	const input: Input = JSON.parse(body);
	if (service === "DynamoDB_20120810") {
		const index = input.IndexName ? `/index/${input.IndexName}` : "";
		const { TableName = Object.keys(input.RequestItems ?? {})[0] } = input;
		const resource = `arn:aws:dynamodb:${place}:table/${TableName}${index}`;
		const { pk } = input.Item ?? input.Key ?? {};
		const leadingKeys = pk ? [pk.S] : [];
		return { caller, action: `dynamodb:${operation}`, resource, leadingKeys };
	}
	if (service === "AmazonSQS") {
		const resource = `arn:aws:sqs:${place}:${input.QueueUrl?.split("/").at(-1)}`;
		const action = `sqs:${operation?.replace(/Batch$/, "")}`;
		return { caller, action, resource, leadingKeys: [] };
	}
	if (service === "secretsmanager") {
		const action = `secretsmanager:${operation}`;
		return { caller, action, resource: input.SecretId ?? "", leadingKeys: [] };
	}
	throw new Error(`${service}.${operation} has no judge.`);
}

/** What each function's role says, by the function's name. */
export function policiesOf(
	plan: Plan,
	{ resources, evaluate }: OpenTemplate,
): Map<string, Statement[]> {
	return new Map(
		plan.of("AWS::Lambda::Function").map(({ ref, Role }) => {
			const id = String(Role).split(":").at(-1) ?? "";
			const policies = evaluate(resources.get(id)?.Properties?.Policies ?? []);
			const statements = (
				policies as { PolicyDocument: { Statement: Statement[] } }[]
			).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
			return [ref, statements];
		}),
	);
}

export function allows(statements: readonly Statement[], call: Call): boolean {
	return statements.some(
		({ Effect, Action, Resource, Condition = {} }) =>
			Effect === "Allow" &&
			[Action].flat().some((action) => isLike(call.action, action)) &&
			[Resource].flat().some((resource) => isLike(call.resource, resource)) &&
			Object.entries(Condition).every(([operator, keys]) =>
				holds(operator, keys, call),
			),
	);
}

function holds(
	operator: string,
	keys: Readonly<Record<string, string[]>>,
	{ leadingKeys, prefix }: Call,
): boolean {
	const { "s3:prefix": prefixes } = keys;
	if (operator === "StringLike" && prefixes && prefix !== undefined)
		return [prefixes].flat().some((one) => isLike(prefix, one));
	const { "dynamodb:LeadingKeys": patterns, ...others } = keys;
	if (
		operator !== "ForAllValues:StringLike" ||
		!patterns ||
		Object.keys(others).length > 0
	)
		throw new Error(`${operator} ${Object.keys(keys)} has no judge.`);
	// aws lets through what names no key at all; here that is a mistake of the judge
	return (
		leadingKeys.length > 0 &&
		leadingKeys.every((key) => patterns.some((one) => isLike(key, one)))
	);
}

function isLike(text: string, pattern: string): boolean {
	const escaped = pattern.replaceAll(/[^*\w]/g, "\\$&");
	return new RegExp(`^${escaped.replaceAll("*", ".*")}$`, "s").test(text);
}
