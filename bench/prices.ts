/** List prices in US dollars, us-east-1, without the free tier, and the pages they stand on. */
export const prices = {
	asOf: "2026-11-25",
	/** https://aws.amazon.com/api-gateway/pricing/ HTTP API, the first 300 million; 512 KB a request */
	httpApiRequest: 1.0e-6,
	/** https://aws.amazon.com/lambda/pricing/ arm64 */
	lambdaRequest: 0.2e-6,
	lambdaGbSecond: 0.0000133334,
	/** https://aws.amazon.com/dynamodb/pricing/on-demand/ */
	dynamoDbWriteUnit: 0.625e-6,
	dynamoDbReadUnit: 0.125e-6,
	dynamoDbGbMonth: 0.25,
	dynamoDbRecoveryGbMonth: 0.2,
	/** https://aws.amazon.com/sqs/pricing/ FIFO, 64 KB a request */
	sqsFifoRequest: 0.5e-6,
	/** https://aws.amazon.com/cloudwatch/pricing/ */
	logGb: 0.5,
	/** for each metric that an alarm looks at */
	alarmMonth: 0.1,
	metricMonth: 0.3,
	dashboardMonth: 3,
	/** https://aws.amazon.com/secrets-manager/pricing/ */
	secretMonth: 0.4,
	secretRead: 5e-6,
	/** https://aws.amazon.com/eventbridge/pricing/ Scheduler */
	scheduledRun: 1.0e-6,
};

/** What only an account in AWS could tell. */
export const assumed = {
	/** what Lambda bills for a delivery, in ms */
	webhookMs: { once: 25, state: 35 },
	peerMs: { new: 40, duplicate: 25 },
	/** and for handing on a batch */
	forwardMs: 60,
	/** the events in one run of the forward function, and in one request to the queue */
	forwardEvents: 10,
	requestEvents: 10,
	/** a consumer receives and deletes in tens */
	consumerEvents: 10,
	/** Lambda's own START, END and REPORT lines, where they are logged */
	lambdaLogBytes: 330,
	/** what DynamoDB adds to each item, and to each index entry, when it bills storage */
	storedOverheadBytes: 100,
	/** a poll that finds nothing new */
	pollMs: 1500,
	/** by a function's environments, each for five minutes */
	secretReadsPerMonth: 9000,
};
