import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";

/** Where the clients of an installation ask, and as whom. */
export interface Access {
	region?: string;
	/** absent, those that the AWS CLI would use */
	credentials?: { accessKeyId: string; secretAccessKey: string };
	/** by service; absent, AWS's, or the environment's AWS_ENDPOINT_URL */
	endpoints?: Readonly<Record<string, string>>;
}

const maxSockets = 64;

export type Clients = ReturnType<typeof openClients>;

/** Clients that are made when they are first used. */
export function openClients({ region, credentials, endpoints }: Access) {
	const options = (service: string) => ({
		region,
		// a client writes into the credentials it is given
		...(credentials && { credentials: { ...credentials } }),
		...(endpoints && { endpoint: endpoints[service] }),
		maxAttempts: 4,
		requestHandler: {
			requestTimeout: 30_000,
			httpAgent: { maxSockets },
			httpsAgent: { maxSockets },
			// many hours are asked for at once: that some wait is meant
			socketAcquisitionWarningTimeout: 600_000,
		},
	});
	return {
		dynamodb: once(() => new DynamoDBClient(options("dynamodb"))),
		lambda: once(() => new LambdaClient(options("lambda"))),
		logs: once(() => new CloudWatchLogsClient(options("logs"))),
		metrics: once(() => new CloudWatchClient(options("monitoring"))),
		s3: once(() => new S3Client({ ...options("s3"), forcePathStyle: true })),
		secrets: once(() => new SecretsManagerClient(options("secretsmanager"))),
		sqs: once(
			() => new SQSClient({ ...options("sqs"), useQueueUrlAsEndpoint: false }),
		),
		ssm: once(() => new SSMClient(options("ssm"))),
	};
}

function once<Client>(make: () => Client): () => Client {
	let made: Client | undefined;
	return () => (made ??= make());
}
