/** One call of Systems Manager in AWS JSON 1.1; no client library of it is installed. */
export async function callSsm(
  endpoint: string,
  operation: string,
  input: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AmazonSSM.${operation}` },
    body: JSON.stringify(input),
  });
  return (await response.json()) as Record<string, unknown>;
}
