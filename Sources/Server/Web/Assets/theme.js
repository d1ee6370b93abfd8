// Runs before anything is drawn, so that a chosen theme never flashes the other one.
try {
  const theme = localStorage.getItem("taskraft.theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* no storage: as the system has it */ }
