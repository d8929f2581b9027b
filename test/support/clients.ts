import type { DynamoDb, GetSecret, S3 } from "../../functions/aws/calls.ts";
import * as sdkDynamoDb from "../../functions/aws/sdk/dynamodb.ts";
import * as sdkS3 from "../../functions/aws/sdk/s3.ts";
import * as sdkSecretsManager from "../../functions/aws/sdk/secrets-manager.ts";
import * as signedDynamoDb from "../../functions/aws/signed/dynamodb.ts";
import * as signedS3 from "../../functions/aws/signed/s3.ts";
import * as signedSecretsManager from "../../functions/aws/signed/secrets-manager.ts";

export interface Client {
	by: string;
	openDynamoDb: (endpoint?: string) => DynamoDb;
	openS3: () => S3;
	openSecretsManager: () => GetSecret;
}

/** Whatever talks to AWS is tried by both: the webhook function has the one, the others have the other. */
export const clients: readonly Client[] = [
	{ by: "the SDK", ...sdkDynamoDb, ...sdkS3, ...sdkSecretsManager },
	{
		by: "requests of our own",
		...signedDynamoDb,
		...signedS3,
		...signedSecretsManager,
	},
];
