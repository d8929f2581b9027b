/** Something the person at the keyboard can put right; its message says how. */
export class Trouble extends Error {
	override name = "Trouble";
}

/** These credentials may not do it. */
export class Forbidden extends Trouble {
	override name = "Forbidden";
}

/** The command was not typed as it can be understood. */
export class Misuse extends Error {
	override name = "Misuse";
}

const credentials =
	"Sign in (aws sso login, aws configure), or name a profile with AWS_PROFILE.";

const known: Readonly<Record<string, string>> = {
	CredentialsProviderError: `There are no AWS credentials here. ${credentials}`,
	ExpiredToken: `The AWS credentials have expired. ${credentials}`,
	ExpiredTokenException: `The AWS credentials have expired. ${credentials}`,
	InvalidClientTokenId: `AWS does not know these credentials. ${credentials}`,
	UnrecognizedClientException: `AWS does not know these credentials. ${credentials}`,
	SignatureDoesNotMatch: `AWS refuses these credentials. ${credentials}`,
};

/** What AWS, or the way to it, said, as something to act on; other errors as they are. */
export function asTrouble(error: unknown, doing: string): unknown {
	if (!(error instanceof Error)) return error;
	if (error instanceof Trouble || error instanceof Misuse) return error;
	const says = known[error.name];
	if (says) return new Trouble(says);
	if (error.message.includes("Region is missing"))
		return new Trouble(
			"No region is set. Name one with --region or AWS_REGION.",
		);
	if (/^AccessDenied/.test(error.name))
		return new Forbidden(
			`These credentials may not ${doing}. AWS says: ${error.message}`,
		);
	const code = codeOf(error);
	if (code) return new Trouble(`AWS cannot be reached to ${doing} (${code}).`);
	return error;
}

// no file's and none of Node's own, which have nothing to do with the way to AWS
const unreachable =
	/^E(AI_AGAIN|CONN\w+|HOSTUNREACH|NETUNREACH|NOTFOUND|PIPE|TIMEDOUT)$/;

// a refused connection to a name with several addresses holds the code one level down
function codeOf(error: Error): string | undefined {
	const { code, errors } = error as { code?: unknown; errors?: unknown[] };
	const found = [code, (errors?.[0] as { code?: unknown } | undefined)?.code];
	return found.find(
		(each): each is string =>
			typeof each === "string" && unreachable.test(each),
	);
}
