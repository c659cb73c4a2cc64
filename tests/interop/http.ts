/** Sends JSON and returns JSON; anything but success throws with what the server said. */
export async function call(method: 'POST' | 'PUT', url: string, token: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
