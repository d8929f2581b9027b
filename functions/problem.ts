/** What is wrong with one field of a request; never a value of it. */
export interface FieldError {
	field: string;
	detail: string;
}

export interface Problem {
	status: number;
	title: string;
	detail?: string;
	errors?: readonly FieldError[];
	/** the methods that are taken, where another was used */
	allow?: string;
}

/** RFC 9457 */
export function sayProblem({ status, title, detail, errors, allow }: Problem) {
	return {
		headers: {
			"content-type": "application/problem+json",
			...(status === 503 && { "retry-after": "10" }),
			...(allow && { allow }),
		},
		body: JSON.stringify({
			type: "about:blank",
			title,
			status,
			detail,
			...(errors?.length && { errors }),
		}),
	};
}
