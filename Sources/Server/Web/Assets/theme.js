// Runs before anything is drawn, so that a chosen theme never flashes the other one, and a page never
// offers for a moment what somebody may not do.
try {
  for (const name of ["theme", "may"]) {
    const kept = localStorage.getItem(`taskraft.${name}`);
    if (kept) document.documentElement.dataset[name] = kept;
  }
} catch { /* no storage: as the system has it, and as the server says */ }
