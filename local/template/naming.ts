import { createHash } from "node:crypto";
import type { Named, Resource } from "./template.ts";

export interface Naming {
	stack: string;
	logicalId: string;
	resource: Resource;
	region: string;
	account: string;
	endpoints: { api: string; sqs: string };
	/** resolves a value of the template */
	text(value: unknown): string;
}

/** A resource's name and attributes; the same after every start, so that the data is found again. */
export function nameResource(naming: Naming): Named {
	const { resource, logicalId, region, account } = naming;
	const name = named[resource.Type];
	if (name) return name(naming);
	const Arn = `arn:aws:local:${region}:${account}:${logicalId}`;
	return { ref: logicalId, attributes: { Arn, Id: logicalId } };
}

const named: Readonly<Record<string, (naming: Naming) => Named>> = {
	"AWS::DynamoDB::GlobalTable"(naming) {
		const ref = given(naming, "TableName") ?? generated(naming);
		const Arn = arn(naming, "dynamodb", `table/${ref}`);
		return { ref, attributes: { Arn, StreamArn: `${Arn}/stream/local` } };
	},
	"AWS::SQS::Queue"(naming) {
		const suffix = naming.resource.Properties?.FifoQueue ? ".fifo" : "";
		const QueueName =
			given(naming, "QueueName") ??
			`${generated(naming).slice(0, 80 - suffix.length)}${suffix}`;
		const ref = `${naming.endpoints.sqs}/${naming.account}/${QueueName}`;
		const Arn = arn(naming, "sqs", QueueName);
		return { ref, attributes: { Arn, QueueName, QueueUrl: ref } };
	},
	"AWS::S3::Bucket"(naming) {
		const ref =
			given(naming, "BucketName") ??
			generated(naming).toLowerCase().slice(0, 63);
		return { ref, attributes: { Arn: `arn:aws:s3:::${ref}` } };
	},
	"AWS::SecretsManager::Secret"(naming) {
		const name = given(naming, "Name") ?? generated(naming);
		const ref = arn(naming, "secretsmanager", `secret:${name}-local0`);
		return { ref, attributes: { Id: ref } };
	},
	"AWS::Lambda::Function"(naming) {
		const ref = given(naming, "FunctionName") ?? generated(naming).slice(0, 64);
		return {
			ref,
			attributes: { Arn: arn(naming, "lambda", `function:${ref}`) },
		};
	},
	"AWS::Lambda::EventSourceMapping"(naming) {
		const ref = uuidOf(generated(naming));
		return { ref, attributes: { Id: ref } };
	},
	"AWS::ApiGatewayV2::Api"({ endpoints }) {
		const ApiEndpoint = endpoints.api;
		return { ref: "local", attributes: { ApiId: "local", ApiEndpoint } };
	},
	"AWS::EC2::SecurityGroup": ({ logicalId }) => ({
		ref: logicalId,
		attributes: { GroupId: logicalId },
	}),
	"AWS::ApiGatewayV2::Stage": (naming) => ({
		ref: given(naming, "StageName") ?? "$default",
		attributes: {},
	}),
};

function given(naming: Naming, property: string): string | undefined {
	const value = naming.resource.Properties?.[property];
	return value === undefined ? undefined : naming.text(value);
}

function generated({ stack, logicalId }: Naming): string {
	return `${stack}-${logicalId}`;
}

function arn({ region, account }: Naming, service: string, rest: string) {
	return `arn:aws:${service}:${region}:${account}:${rest}`;
}

function uuidOf(name: string): string {
	const hex = createHash("sha256").update(name).digest("hex");
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		`4${hex.slice(13, 16)}`,
		`8${hex.slice(17, 20)}`,
		hex.slice(20, 32),
	].join("-");
}
