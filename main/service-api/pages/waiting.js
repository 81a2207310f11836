// Asks the locker how the owner decided, and goes on by itself. Nothing here can decide anything.
const line = document.getElementById('state');
const number = document.getElementById('number');
const hint = document.getElementById('hint');
const address = line?.dataset.state ?? '';

/** @param {string} text @param {boolean} over */
function say(text, over) {
  if (line !== null) line.textContent = text;
  if (!over) return;
  for (const part of [number, hint]) part?.setAttribute('hidden', '');
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function wait() {
  for (;;) {
    let response;
    try {
      response = await fetch(address, { headers: { accept: 'application/json' }, cache: 'no-store' });
    } catch {
      say('The locker does not answer at the moment. Trying again …', false);
      await pause(2000);
      continue;
    }
    if (response.status === 503) {
      say('The locker is locked. Unlock it to answer.', false);
      await pause(2000);
      continue;
    }
    if (!response.ok) {
      say('This request is over. Go back to the service and start again.', true);
      return;
    }
    const { state, next } = await response.json();
    if (state === 'waiting') {
      say('Waiting for your answer …', false);
      continue;
    }
    say('Answered. Going back to the service …', true);
    location.replace(next);
    return;
  }
}

void wait();
